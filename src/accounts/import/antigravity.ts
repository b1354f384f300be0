/**
 * The accounts folder of Antigravity-Manager: a JSON file for each account, and an index without further data.
 *
 * @module
 */
import { isJsonObject, type JsonObject, parsedObject } from "../../base/json.ts";
import { cloudAccount } from "./cloud_account.ts";
import {
  type ImportContext,
  type ImportedAccount,
  type ImportFormat,
  importItem,
  type SourceFile,
} from "./import_format.ts";
import { shownFile } from "./shown_file.ts";
import { objectMember, requireMembers, textMember } from "./source_json.ts";
import { projectIn } from "./source_project.ts";
import { userOf } from "./source_user.ts";

/** A folder with a file for each account. */
export const ANTIGRAVITY: ImportFormat = {
  id: "antigravity",
  prefix: "antigravity",
  recognises: (files) =>
    files.some(({ text }) => {
      const members = parsedObject(text) ?? {};
      return !("type" in members) && isJsonObject(members["token"]);
    }),
  read: (files, context) =>
    files.filter(isNotIndex).map((file, index) =>
      importItem(
        shownFile(file, { members: parsedObject(file.text), index }),
        () => accountOf(requireMembers(file.text), context),
      )
    ),
};

function isNotIndex({ text }: SourceFile): boolean {
  return !Array.isArray(parsedObject(text)?.["accounts"]);
}

function accountOf(members: JsonObject, context: ImportContext): ImportedAccount {
  const tokens = objectMember(members, "token");
  const project = projectIn(textMember(tokens, "project_id"));
  const isOff = members["disabled"] === true || members["proxy_disabled"] === true;
  return {
    ...cloudAccount(userOf(tokens, context), { project, context }),
    ...(isOff ? { enabled: false } : {}),
  };
}
