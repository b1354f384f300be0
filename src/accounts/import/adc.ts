/**
 * Application-default credentials, as `gcloud auth application-default login` writes them.
 *
 * @see {@link https://cloud.google.com/docs/authentication/application-default-credentials}
 * @module
 */
import { defined } from "../../base/defined.ts";
import { parseAnyCredentialsFile, quotaProjectOf } from "../credentials/credentials_file.ts";
import { cloudAccount } from "./cloud_account.ts";
import {
  type ImportContext,
  type ImportedAccount,
  type ImportFormat,
  importItem,
} from "./import_format.ts";
import { onlyMembers, textMember } from "./source_json.ts";

/** The types that such a file may have; the file's reader reports unsupported ones. */
const TYPES: readonly (string | undefined)[] = [
  "authorized_user",
  "service_account",
  "external_account",
  "external_account_authorized_user",
  "impersonated_service_account",
  "gdch_service_account",
];

/** One file with one credential. */
export const ADC: ImportFormat = {
  id: "adc",
  prefix: "adc",
  recognises(files) {
    const members = onlyMembers(files);
    return members !== undefined && TYPES.includes(textMember(members, "type"));
  },
  read: (files, context) =>
    files.map(({ name, text }) => importItem(name, () => accountOf(text, context))),
};

function accountOf(text: string, context: ImportContext): ImportedAccount {
  const quotaProject = quotaProjectOf(text);
  return {
    ...cloudAccount(parseAnyCredentialsFile(text), { context }),
    ...defined({ quotaProject }),
  };
}
