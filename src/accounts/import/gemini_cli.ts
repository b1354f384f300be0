/**
 * gemini-cli's `oauth_creds.json`: tokens without the client that they were made with.
 *
 * @module
 */
import { DEFAULT_BASE_URLS } from "../base_url.ts";
import { type ImportFormat, importItem } from "./import_format.ts";
import { membersOf, requireMembers } from "./source_json.ts";
import { userOf } from "./source_user.ts";

/** One file with one sign-in. */
export const GEMINI_CLI: ImportFormat = {
  id: "gemini-cli",
  prefix: "gemini-cli",
  recognises(files) {
    const [file, ...others] = files;
    const members = others.length === 0 && file !== undefined ? membersOf(file.text) : undefined;
    return members !== undefined && "refresh_token" in members && !("type" in members);
  },
  read: (files, context) =>
    files.map(({ name, text }) =>
      importItem(name, () => ({
        kind: "code-assist",
        baseUrls: [DEFAULT_BASE_URLS["code-assist"]],
        credential: userOf(requireMembers(text), context),
      }))
    ),
};
