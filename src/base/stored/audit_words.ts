/**
 * Words for what a change of a record changes, as an entry of the audit log says it.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../json.ts";
import { oneLine } from "../text/one_line.ts";

/** Longest text of a detail, in UTF-16 units. */
const LONGEST = 400;

/** Members whose text is shown. Of others, such as addresses, only the name is. */
const SHOWN: ReadonlySet<string> = new Set([
  ...["kind", "project", "location", "quotaProject", "projectGroup"],
  ...["allow", "deny", "accounts", "labels", "may", "per"],
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
 * const before = { priority: 1, baseUrls: ["https://a.example"] };
 * const after = { priority: 2, baseUrls: ["https://b.example"], project: "one" };
 * assert.deepEqual(changeWords({ before, after }, { skip: new Set() }), [
 *   "priority 1 → 2",
 *   "baseUrls changed",
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
  if (isEqual(before, after)) return [];
  if (isJsonObject(before) || isJsonObject(after)) {
    const was = isJsonObject(before) ? before : {};
    const is = isJsonObject(after) ? after : {};
    return [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .flatMap((name) => memberWords(`${path}.${name}`, [was[name], is[name]]));
  }
  const name = path.slice(path.lastIndexOf(".") + 1);
  const shown = path.replace(/AtMs$/, "At").replace(/microUsd$/, "usd");
  const was = valueWords(name, before);
  const is = valueWords(name, after);
  if (was === undefined || is === undefined) return [`${shown} changed`];
  return [isNothing(before) ? `${shown} ${is}` : `${shown} ${was} → ${is}`];
}

function isEqual(before: unknown, after: unknown): boolean {
  return isNothing(before) && isNothing(after) ||
    JSON.stringify(before) === JSON.stringify(after);
}

/** An empty list is the same as none. */
function isNothing(value: unknown): boolean {
  return value === undefined || Array.isArray(value) && value.length === 0;
}

/** Undefined for a value that is not shown. */
function valueWords(name: string, value: unknown): string | undefined {
  if (isNothing(value)) return "none";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return numberWords(name, value);
  if (!SHOWN.has(name)) return undefined;
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  const words = texts.map((text) =>
    typeof text === "string" && !text.includes("@") ? `"${text}"` : undefined
  );
  return words.includes(undefined) ? undefined : words.join(" ");
}

function numberWords(name: string, value: number): string {
  if (name === "microUsd") return String(value / MICRO);
  const date = name.endsWith("AtMs") ? new Date(value) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? String(value) : date.toISOString();
}
