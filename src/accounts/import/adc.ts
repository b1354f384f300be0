/**
 * Application-default credentials, as `gcloud auth application-default login` writes them.
 *
 * @see {@link https://cloud.google.com/docs/authentication/application-default-credentials}
 * @module
 */
import { AccountError } from "../account_error.ts";
import { DEFAULT_BASE_URLS } from "../base_url.ts";
import { parseCredentialsFile } from "../credentials_file.ts";
import { type ImportedAccount, type ImportFormat, importItem } from "./import_format.ts";
import { membersOf, requireMembers, textMember } from "./source_json.ts";
import { quotaProjectIn } from "./source_project.ts";

/** The types that such a file may have; all but the first are told apart when it is read. */
const TYPES: readonly (string | undefined)[] = [
  "authorized_user",
  "service_account",
  "external_account",
  "external_account_authorized_user",
  "impersonated_service_account",
  "gdch_service_account",
];

/** Said of every service account's key. */
export const SERVICE_ACCOUNT_REASON =
  "It is a service account's key, which only Vertex AI takes, and such accounts cannot be imported";

/** One file with one credential. */
export const ADC: ImportFormat = {
  id: "adc",
  prefix: "adc",
  recognises(files) {
    const [file, ...others] = files;
    const members = others.length === 0 && file !== undefined ? membersOf(file.text) : undefined;
    return members !== undefined && TYPES.includes(textMember(members, "type"));
  },
  read: (files) => files.map(({ name, text }) => importItem(name, () => accountOf(text))),
};

function accountOf(text: string): ImportedAccount {
  const members = requireMembers(text);
  if (members["type"] === "service_account") throw new AccountError(SERVICE_ACCOUNT_REASON);
  const quotaProject = quotaProjectIn(textMember(members, "quota_project_id"));
  return {
    kind: "code-assist",
    baseUrls: [DEFAULT_BASE_URLS["code-assist"]],
    credential: parseCredentialsFile(text),
    ...(quotaProject === undefined ? {} : { quotaProject }),
  };
}
