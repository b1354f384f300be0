/**
 * gemini-cli's `oauth_creds.json`: tokens without the OAuth client that they were issued to.
 *
 * @module
 */
import { cloudAccount } from "./cloud_account.ts";
import { type ImportFormat, importItem } from "./import_format.ts";
import { onlyMembers, requireMembers } from "./source_json.ts";
import { userOf } from "./source_user.ts";

/** One file with one sign-in. */
export const GEMINI_CLI: ImportFormat = {
  id: "gemini-cli",
  prefix: "gemini-cli",
  recognises(files) {
    const members = onlyMembers(files);
    return members !== undefined && "refresh_token" in members && !("type" in members);
  },
  read: (files, context) =>
    files.map(({ name, text }) =>
      importItem(name, () => cloudAccount(userOf(requireMembers(text), context), { context }))
    ),
};
