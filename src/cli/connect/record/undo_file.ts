/**
 * What a file has to be once a client is no longer connected.
 *
 * @module
 */
import { fileBytes, fileText } from "../files/file_text.ts";
import { isSame } from "../files/settings_file.ts";
import { type RawSetting, valueAt, withRawSettings } from "../formats/change_settings.ts";
import { FORMATS } from "../formats/formats.ts";
import { nameOf, type SettingPath, type SettingsFormat } from "../formats/settings_format.ts";
import { digestOf, type FileRecord } from "./connection_record.ts";

/** The result. */
export interface UndoneFile {
  /** Undefined if there is to be no file. */
  readonly bytes: Uint8Array | undefined;
  /** Whether the file is as Pollux wrote it, so that the bytes are those from before. */
  readonly isExact: boolean;
  /** Settings that stay, since somebody changed them, or added others that need them. */
  readonly left: readonly string[];
}

/**
 * Undoes what Pollux wrote. In a file that was changed since, it takes back only the settings that still have the value
 * that Pollux gave them: each gets its former value, or goes.
 *
 * @param present The file's bytes; undefined if it is gone.
 * @param context `before`: the bytes from before, undefined if there was no file.
 * @throws {NotUnderstood} when a changed file is not of its format any more.
 */
export function undoneFile(
  present: Uint8Array | undefined,
  { file, before }: { readonly file: FileRecord; readonly before: Uint8Array | undefined },
): UndoneFile {
  // Whoever removed the file wanted it gone.
  if (present === undefined) return { bytes: undefined, isExact: before === undefined, left: [] };
  const digest = digestOf(present);
  const isExact = digest === file.written || digest === file.replaced || isSame(present, before);
  if (isExact) return { bytes: before, isExact, left: [] };
  const format = FORMATS[file.format];
  const { mark, text } = fileText(present);
  const former = fileText(before).text;
  const left: string[] = [];
  const settings: RawSetting[] = [];
  for (const { path, value } of file.settings.toReversed()) {
    const range = format.rangeOf(text, path);
    if (range === undefined) continue;
    if (digestOf(text.slice(range.start, range.end)) === value) {
      settings.push(formerSetting(former, { format, path }));
    } else left.unshift(nameOf(path));
  }
  const all = withRawSettings(text, { format, settings });
  const root = format.parse(all);
  const needed: readonly SettingPath[] = file.settings.filter(({ path, isNeeded }) =>
    isNeeded && settings.some((setting) => setting.path === path && setting.raw === undefined) &&
    valueAt(root, path.slice(0, -1)) !== undefined
  ).map(({ path }) => path);
  left.push(...needed.map(nameOf));
  const rest = settings.filter(({ path }) => !needed.includes(path));
  const undone = needed.length === 0 ? all : withRawSettings(text, { format, settings: rest });
  const isGone = before === undefined && /^\s*(?:\{\s*\}\s*)?$/.test(undone);
  return { bytes: isGone ? undefined : fileBytes({ mark, text: undone }), isExact, left };
}

/** The setting as it was before. */
function formerSetting(
  former: string,
  { format, path }: { readonly format: SettingsFormat; readonly path: SettingPath },
): RawSetting {
  const range = format.rangeOf(former, path);
  if (range !== undefined) return { path, raw: former.slice(range.start, range.end) };
  const root = format.parse(former);
  let kept = 0;
  while (kept < path.length && valueAt(root, path.slice(0, kept + 1)) !== undefined) kept++;
  return { path, raw: undefined, kept };
}
