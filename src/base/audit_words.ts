/**
 * Words for what a change of a record changes, as an entry of the audit log says it.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "./json.ts";
import { oneLine } from "./one_line.ts";

/** Longest text of a detail, in UTF-16 units. */
const LONGEST = 400;

/** Members whose text is shown. Of others, such as labels or addresses, only the name is. */
const SHOWN: ReadonlySet<string> = new Set([
  ...["kind", "project", "location", "quotaProject", "projectGroup"],
  ...["allow", "deny", "accounts", "may", "per"],
]);

const MICRO = 1_000_000;

/** Options of {@linkcode changeWords}. */
export interface ChangeOptions {
  /** Members that are left out. */
  readonly skip: ReadonlySet<string>;
}

/**
 * Names the members that differ, with the values before and after where these cannot be secrets or addresses.
 *
 * @param change The record `before` and `after` the change; an empty one for a record that is made.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { changeWords } from "./audit_words.ts";
 *
 * const before = { priority: 1, labels: ["a"] };
 * const after = { priority: 2, labels: ["b"], project: "one" };
 * assert.deepEqual(changeWords({ before, after }, { skip: new Set() }), [
 *   "priority 1 → 2",
 *   "labels changed",
 *   'project "one"',
 * ]);
 * ```
 */
export function changeWords(
  { before, after }: { readonly before: JsonObject; readonly after: JsonObject },
  { skip }: ChangeOptions,
): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !skip.has(name)).flatMap((name) =>
    memberWords(name, [before[name], after[name]])
  );
}

/** Joins words to the detail of an entry: one line of bounded length. */
export function detailOf(words: readonly string[]): string {
  return oneLine(words.join(", "), LONGEST);
}

/** @param path The member's name, after those of the objects that hold it. */
function memberWords(path: string, [before, after]: readonly [unknown, unknown]): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isJsonObject(before) || isJsonObject(after)) {
    const inner = {
      before: isJsonObject(before) ? before : {},
      after: isJsonObject(after) ? after : {},
    };
    const names = new Set([...Object.keys(inner.before), ...Object.keys(inner.after)]);
    return [...names].flatMap((name) =>
      memberWords(`${path}.${name}`, [inner.before[name], inner.after[name]])
    );
  }
  const was = valueWords(path, before);
  const is = valueWords(path, after);
  if (was === undefined || is === undefined) return [`${path} changed`];
  if (before === undefined) return [`${path} ${is}`];
  return [`${path} ${was} → ${is}`];
}

/** Undefined for a value that is not shown. */
function valueWords(path: string, value: unknown): string | undefined {
  const name = path.slice(path.lastIndexOf(".") + 1);
  if (value === undefined) return "none";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return numberWords(name, value);
  const texts = Array.isArray(value) ? value : [value];
  if (!SHOWN.has(name)) return undefined;
  if (texts.length === 0) return "none";
  const words = texts.map((text) =>
    typeof text === "string" && !text.includes("@") ? `"${text}"` : undefined
  );
  return words.includes(undefined) ? undefined : words.join(" ");
}

function numberWords(name: string, value: number): string {
  if (name.startsWith("micro")) return `${value / MICRO} ${name.slice("micro".length)}`;
  const date = name.endsWith("AtMs") ? new Date(value) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? String(value) : date.toISOString();
}
