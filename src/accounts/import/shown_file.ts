/**
 * The displayed name of another program's file: such names often contain the owner's e-mail address, sometimes
 * with other characters between its parts.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import type { SourceFile } from "./import_format.ts";
import { textMember } from "./source_json.ts";

/**
 * The file's name without its owner's address.
 *
 * @param members The file's members, if it could be parsed.
 * @param index Its index among the files, from 0: distinguishes files whose names are hidden.
 */
export function shownFile(
  { name }: SourceFile,
  { members, index }: { readonly members: JsonObject | undefined; readonly index: number },
): string {
  const email = members === undefined ? undefined : textMember(members, "email");
  const parts = (email ?? "").split(/[^\p{L}\p{N}]+/u).filter((part) => part !== "");
  const address = parts.length < 2
    ? undefined
    : new RegExp(parts.map(RegExp.escape).join("[^\\p{L}\\p{N}]+"), "giu");
  const shown = (address === undefined ? name : name.replace(address, "***"))
    .replace(/[^\s/]*@[^\s/]*/g, "***");
  return shown === name ? name : `${shown} (file ${index + 1})`;
}
