/**
 * The auth folder of CLIProxyAPI: a JSON file for each account, of many services.
 *
 * @module
 */
import type { Account } from "../account.ts";
import { AccountError } from "../account_error.ts";
import { DEFAULT_BASE_URLS } from "../base_url.ts";
import { parseProxyUrl } from "../proxy_url.ts";
import { SERVICE_ACCOUNT_REASON } from "./adc.ts";
import { keyAccount } from "./api_keys.ts";
import {
  type ImportContext,
  type ImportedAccount,
  type ImportFormat,
  importItem,
} from "./import_format.ts";
import { shownFile } from "./shown_file.ts";
import {
  type JsonMembers,
  membersOf,
  objectMember,
  requireMembers,
  textMember,
} from "./source_json.ts";
import { projectIn } from "./source_project.ts";
import { userOf } from "./source_user.ts";

/** The types of file whose accounts are Google's. */
const TYPES: readonly (string | undefined)[] = ["gemini", "gemini-cli", "antigravity", "vertex"];

/** A folder with a file for each account. */
export const CLIPROXYAPI: ImportFormat = {
  id: "cliproxyapi",
  prefix: "cliproxy",
  recognises: (files) => files.some(({ text }) => TYPES.includes(typeOf(membersOf(text) ?? {}))),
  read: (files, context) =>
    files.map((file, index) =>
      importItem(
        shownFile(file, { members: membersOf(file.text), index }),
        () => accountOf(requireMembers(file.text), context),
      )
    ),
};

function typeOf(members: JsonMembers): string | undefined {
  return textMember(members, "type")?.toLowerCase();
}

function accountOf(members: JsonMembers, context: ImportContext): ImportedAccount {
  const type = typeOf(members);
  if (type === undefined) throw new AccountError('It has no "type"');
  if (!TYPES.includes(type)) throw new AccountError("It is an account of another service");
  if (type === "vertex") throw new AccountError(SERVICE_ACCOUNT_REASON);
  return { ...waysIn(members, context), ...settingsOf(members) };
}

/** Kind and credential: an API key, else tokens, in a member of their own or beside the others. */
function waysIn(members: JsonMembers, context: ImportContext): ImportedAccount {
  const key = textMember(members, "api_key");
  if (key !== undefined) return keyAccount(key);
  const project = projectIn(textMember(members, "project_id"));
  const tokens = { ...members, ...objectMember(members, "token") };
  return {
    kind: "code-assist",
    baseUrls: [DEFAULT_BASE_URLS["code-assist"]],
    ...(project === undefined ? {} : { project }),
    credential: userOf(tokens, context),
  };
}

function settingsOf(
  members: JsonMembers,
): Partial<Pick<Account, "enabled" | "proxy" | "priority" | "models">> {
  const proxy = textMember(members, "proxy_url");
  const priority = Number(members["priority"] ?? 0);
  const excluded = members["excluded_models"];
  const deny = Array.isArray(excluded) ? excluded.filter((one) => typeof one === "string") : [];
  return {
    ...(members["disabled"] === true ? { enabled: false } : {}),
    // An account without the proxy that it had would show itself where it was not to be seen.
    ...(proxy === undefined || proxy === "direct" || proxy === "none"
      ? {}
      : { proxy: parseProxyUrl(proxy) }),
    ...(Number.isSafeInteger(priority) && priority !== 0 ? { priority } : {}),
    ...(deny.length === 0 ? {} : { models: { allow: [], deny } }),
  };
}
