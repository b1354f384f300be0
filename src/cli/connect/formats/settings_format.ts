/**
 * How settings are found and changed in the text of a file: one implementation for each format. Everything else in the
 * text stays as it is, byte for byte.
 *
 * @module
 */

/** The names that lead to a setting, from the file's root. */
export type SettingPath = readonly string[];

/** A value that Pollux writes. `{}` is an empty object. */
export type SettingValue = string | Readonly<Record<string, never>>;

/** A setting that Pollux writes. */
export interface Setting {
  readonly path: SettingPath;
  readonly value: SettingValue;
  /** Whether the value is never shown. Default: no. */
  readonly isSecret?: boolean;
  /** Whether the client does not start if the object around it has other members, but not this one. Default: no. */
  readonly isNeeded?: boolean;
}

/** A part of a text, in UTF-16 code units; `end` is behind its last one. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Thrown when a file is not what its format says, or has a form in which Pollux changes nothing. */
export class NotUnderstood extends Error {
  override readonly name = "NotUnderstood";
}

/** A format of files. All functions throw {@linkcode NotUnderstood}, and none changes what it does not name. */
export interface SettingsFormat {
  /** What the whole text says: objects, lists and plain values. */
  parse(text: string): unknown;
  /** A value as the text of the format. */
  rawOf(value: SettingValue): string;
  /** Where the value of a setting is; undefined if there is no such setting. */
  rangeOf(text: string, path: SettingPath): TextRange | undefined;
  /** The text with a setting that it does not have yet. */
  insert(text: string, setting: { readonly path: SettingPath; readonly raw: string }): string;
  /** The text without a setting that it has. */
  remove(text: string, path: SettingPath): string;
  /** The text without the object at the path, if that is there and has no members. No comment goes with it. */
  removeIfEmpty(text: string, path: SettingPath): string;
}

/** The line end that a text uses first; a line feed if it has none. */
export function lineEndOf(text: string): "\r\n" | "\n" {
  return /\r?\n/.exec(text)?.[0] === "\r\n" ? "\r\n" : "\n";
}

/** A text with a part replaced. */
export function replaced(
  text: string,
  { start, end, by }: TextRange & { readonly by: string },
): string {
  return text.slice(0, start) + by + text.slice(end);
}

/** The names of a path, as messages show it. */
export function nameOf(path: SettingPath): string {
  return path.join(".");
}
