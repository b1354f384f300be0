/**
 * The auth folder of CLIProxyAPI: a JSON file for each account, of many services.
 *
 * @module
 */
import { type JsonObject, parsedObject } from "../../base/json.ts";
import type { Account } from "../account.ts";
import { AccountError } from "../account_error.ts";
import { parseAnyCredentialsFile } from "../credentials/credentials_file.ts";
import { parseProxyUrl } from "../network/proxy_url.ts";
import { keyAccount } from "./api_keys.ts";
import { cloudAccount } from "./cloud_account.ts";
import {
  type ImportContext,
  type ImportedAccount,
  type ImportFormat,
  importItem,
} from "./import_format.ts";
import { shownFile } from "./shown_file.ts";
import { objectMember, requireMembers, textMember } from "./source_json.ts";
import { projectIn } from "./source_project.ts";
import { userOf } from "./source_user.ts";

/** The types of file whose accounts are Google's. */
const TYPES: readonly (string | undefined)[] = ["gemini", "gemini-cli", "antigravity", "vertex"];

/** A folder with a file for each account. */
export const CLIPROXYAPI: ImportFormat = {
  id: "cliproxyapi",
  prefix: "cliproxy",
  recognises: (files) => files.some(({ text }) => TYPES.includes(typeOf(parsedObject(text) ?? {}))),
  read: (files, context) =>
    files.map((file, index) =>
      importItem(
        shownFile(file, { members: parsedObject(file.text), index }),
        () => accountOf(requireMembers(file.text), context),
      )
    ),
};

function typeOf(members: JsonObject): string | undefined {
  return textMember(members, "type")?.toLowerCase();
}

function accountOf(members: JsonObject, context: ImportContext): ImportedAccount {
  const type = typeOf(members);
  if (type === undefined) throw new AccountError('It has no "type"');
  if (!TYPES.includes(type)) throw new AccountError("It is an account of another service");
  const account = type === "vertex"
    ? serviceAccountOf(members, context)
    : userAccountOf(members, context);
  return { ...account, ...settingsOf(members) };
}

/** A service account's key as the Google Cloud console created it, possibly without its type. */
function serviceAccountOf(members: JsonObject, context: ImportContext): ImportedAccount {
  const key = { ...objectMember(members, "service_account"), type: "service_account" };
  return cloudAccount(parseAnyCredentialsFile(JSON.stringify(key)), {
    project: projectIn(textMember(members, "project_id")),
    location: textMember(members, "location"),
    context,
  });
}

/** An API key, else tokens, either in a nested member or at the top level. */
function userAccountOf(members: JsonObject, context: ImportContext): ImportedAccount {
  const key = textMember(members, "api_key");
  if (key !== undefined) return keyAccount(key);
  const project = projectIn(textMember(members, "project_id"));
  const tokens = { ...members, ...objectMember(members, "token") };
  return cloudAccount(userOf(tokens, context), { project, context });
}

function settingsOf(
  members: JsonObject,
): Partial<Pick<Account, "enabled" | "proxy" | "priority" | "models">> {
  const proxy = textMember(members, "proxy_url");
  const priority = Number(members["priority"] ?? 0);
  const excluded = members["excluded_models"];
  const deny = Array.isArray(excluded) ? excluded.filter((one) => typeof one === "string") : [];
  return {
    ...(members["disabled"] === true ? { enabled: false } : {}),
    // An account without its proxy would reveal the user's own address.
    ...(proxy === undefined || proxy === "direct" || proxy === "none"
      ? {}
      : { proxy: parseProxyUrl(proxy) }),
    ...(Number.isSafeInteger(priority) && priority !== 0 ? { priority } : {}),
    ...(deny.length === 0 ? {} : { models: { allow: [], deny } }),
  };
}
