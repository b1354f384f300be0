/**
 * The source of a setting.
 *
 * @module
 */
import type { ConfigFile, FileContent, Sections } from "./file/config_file.ts";
import { sectionOf, variableOf } from "./config_keys.ts";

/** The source that set a key. */
export type Origin =
  | { readonly type: "default" }
  | { readonly type: "file"; readonly path: string; readonly line: number | undefined }
  | { readonly type: "environment"; readonly variable: string }
  | { readonly type: "flag"; readonly flag: string };

/** The settings of each source. */
export interface Places {
  readonly file: (FileContent & Pick<ConfigFile, "path">) | undefined;
  readonly env: Sections;
  readonly flags: Sections;
}

/**
 * Returns the source that takes effect: a flag precedes a variable, and that precedes the file.
 *
 * @param path Section, key, and optionally a path within the value.
 */
export function originOf(path: readonly PropertyKey[], { file, env, flags }: Places): Origin {
  const at = sectionOf(path);
  // A section within another that is only a value is a key of the outer one.
  const isValue = at.rest.length === 0 && file?.sections[at.section] === undefined;
  const { section, rest } = isValue ? { section: String(path[0] ?? ""), rest: path.slice(1) } : at;
  const key = String(rest[0] ?? "");
  if (flags[section]?.[key] !== undefined) return { type: "flag", flag: `--${key}` };
  if (env[section]?.[key] !== undefined) {
    return { type: "environment", variable: variableOf({ section, key }) };
  }
  const found = file?.sections[section];
  const isThere = found !== undefined && (key === "" || key in found);
  return file !== undefined && isThere
    ? { type: "file", path: file.path, line: file.lineOf(path) }
    : { type: "default" };
}

/** Describes the source, for people. */
export function originText(origin: Origin): string {
  switch (origin.type) {
    case "default":
      return "default";
    case "file":
      return `"${origin.path}"${origin.line === undefined ? "" : `, line ${origin.line}`}`;
    case "environment":
      return origin.variable;
    case "flag":
      return origin.flag;
  }
}
