/**
 * Changes settings in the text of a file, and checks that the result says what it is meant to say: the same as before
 * with the new values, and nothing else.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import {
  nameOf,
  NotUnderstood,
  replaced,
  type Setting,
  type SettingPath,
  type SettingsFormat,
  type TextRange,
} from "./settings_format.ts";

/** A setting, and its value as text of the format; without a value, the setting is removed. */
export interface RawSetting {
  readonly path: SettingPath;
  readonly raw: string | undefined;
  /** How many names of the path stay if the setting goes; further objects go if they are empty. Default: all. */
  readonly kept?: number;
}

/**
 * The text with the settings.
 *
 * @throws {NotUnderstood} when the text is not of the format, or has one of them in a form that cannot be changed.
 */
export function withSettings(
  text: string,
  { format, settings }: { readonly format: SettingsFormat; readonly settings: readonly Setting[] },
): string {
  return withRawSettings(text, {
    format,
    settings: settings.map(({ path, value }) => ({ path, raw: format.rawOf(value) })),
  });
}

/** As {@linkcode withSettings}, with values as they are written, and removals. */
export function withRawSettings(
  text: string,
  { format, settings }: {
    readonly format: SettingsFormat;
    readonly settings: readonly RawSetting[];
  },
): string {
  let changed = text;
  let before = format.parse(text);
  for (const { path, raw, kept = path.length } of settings) {
    const range = format.rangeOf(changed, path);
    if (range === undefined && valueAt(before, path) !== undefined) throw unfitForm(path);
    const next = raw === undefined
      ? removed(changed, { format, path, kept, isThere: range !== undefined })
      : range === undefined
      ? format.insert(changed, { path, raw })
      : replaced(changed, { ...range, by: `${leadAt(changed, range)}${raw}` });
    const after = parsedAgain(next, { format, path });
    const value = raw === undefined ? undefined : valueAt(after, path);
    if (raw !== undefined && value === undefined) throw unfitForm(path);
    if (!isDeepStrictEqual(after, expected(before, { path, value, kept, after }))) {
      throw unfitForm(path);
    }
    // What was added must be found again: the line before it may have come to say the same name.
    const isAdded = raw !== undefined && range === undefined;
    if (isAdded && format.rangeOf(next, path) === undefined) throw unfitForm(path);
    changed = next;
    before = after;
  }
  return changed;
}

/** The value at a path of what a file says; undefined if there is none. */
export function valueAt(root: unknown, path: SettingPath): unknown {
  let value = root;
  for (const name of path) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** YAML needs a space between a colon and a value; no other format has an empty value behind a colon. */
function leadAt(text: string, { start, end }: TextRange): string {
  return start === end && text.charAt(start - 1) === ":" ? " " : "";
}

function removed(
  text: string,
  { format, path, kept, isThere }: {
    readonly format: SettingsFormat;
    readonly path: SettingPath;
    readonly kept: number;
    readonly isThere: boolean;
  },
): string {
  let next = isThere ? format.remove(text, path) : text;
  for (let length = path.length - 1; isThere && length > kept; length--) {
    next = format.removeIfEmpty(next, path.slice(0, length));
  }
  return next;
}

function parsedAgain(
  text: string,
  { format, path }: { readonly format: SettingsFormat; readonly path: SettingPath },
): unknown {
  try {
    return format.parse(text);
  } catch {
    throw unfitForm(path);
  }
}

/** What the text has to say after one change. Objects around a removed setting may be gone, if they may go. */
function expected(
  before: unknown,
  { path, value, kept, after }: {
    readonly path: SettingPath;
    readonly value: unknown;
    readonly kept: number;
    readonly after: unknown;
  },
): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  // Parsers differ in the prototypes of their objects, which are compared as well.
  const like: unknown = Object.getPrototypeOf(
    isObject(before) || !isObject(after) ? before ?? {} : after,
  );
  const members: Record<string, unknown> = Object.assign(
    Object.create(isObject(like) ? like : null),
    before,
  );
  if (before !== undefined && before !== null && !isObject(before)) throw unfitForm(path);
  const now = isObject(after) && Object.hasOwn(after, name) ? after[name] : undefined;
  const inner = expected(Object.hasOwn(members, name) ? members[name] : undefined, {
    path: rest,
    value,
    kept: kept - 1,
    after: now,
  });
  const mayGo = kept < 1 && isObject(inner) && Object.keys(inner).length === 0;
  const isGone = inner === undefined || (mayGo && now === undefined);
  if (isGone) delete members[name];
  else Object.defineProperty(members, name, { value: inner, ...PLAIN });
  return members;
}

const PLAIN = { writable: true, enumerable: true, configurable: true };

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unfitForm(path: SettingPath): NotUnderstood {
  return new NotUnderstood(
    `it has "${nameOf(path)}" in a form that Pollux does not change; change it by hand`,
  );
}
