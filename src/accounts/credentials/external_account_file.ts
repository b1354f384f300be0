/**
 * Workload identity: the configuration for exchanging another provider's token for a Google token.
 *
 * @see {@link https://google.aip.dev/auth/4117}
 * @see {@link https://cloud.google.com/iam/docs/workload-identity-federation}
 * @module
 */
import * as z from "zod";
import type { ExternalAccount, SubjectTokenSource } from "../account.ts";
import { AccountError } from "../account_error.ts";
import { ADDRESS, lacking, MEMBER } from "./file_members.ts";
import { Secret } from "../secret.ts";

/** Google's Security Token Service, for files without a token URL. */
const DEFAULT_TOKEN_URI = "https://sts.googleapis.com/v1/token";

const HOW_TO_MAKE = `"gcloud iam workload-identity-pools create-cred-config" writes one`;

/** Lifetime of an impersonated service account's token, in seconds, if the file names none. */
const DEFAULT_LIFETIME_S = 3600;

const FILE = z.object({
  audience: MEMBER,
  subject_token_type: MEMBER,
  token_url: ADDRESS.optional(),
  service_account_impersonation_url: ADDRESS.optional(),
  service_account_impersonation: z.object({
    token_lifetime_seconds: z.number().int().min(600).max(43_200).optional(),
  }).optional(),
  client_id: MEMBER.optional(),
  client_secret: z.string().optional(),
  workforce_pool_user_project: MEMBER.optional(),
  credential_source: z.object({
    file: MEMBER.optional(),
    url: ADDRESS.optional(),
    headers: z.record(z.string(), z.string()).optional(),
    format: z.object({
      type: z.enum(["text", "json"]).optional(),
      subject_token_field_name: MEMBER.optional(),
    }).optional(),
  }),
});

/** Unsupported features, by the member of `credential_source` that requests them. */
const REFUSED: readonly (readonly [member: string, why: string])[] = [
  ["executable", "gets its token from a program, and Pollux runs no programs"],
  ["environment_id", "gets its token from AWS, whose signatures Pollux does not make"],
  ["certificate", "authenticates with a certificate, which Pollux does not support"],
];

/**
 * Reads an `external_account` file. Its values are never quoted in an error.
 *
 * @param file The parsed file.
 * @throws {AccountError} that names missing or wrong members, or an unsupported feature.
 */
export function externalAccount(file: Readonly<Record<string, unknown>>): ExternalAccount {
  const refused = refusalOf(file["credential_source"]);
  if (refused !== undefined) {
    throw new AccountError(
      `The workload identity configuration ${refused}; use one whose "credential_source" has a ` +
        `"file" or a "url": ${HOW_TO_MAKE}`,
    );
  }
  const { success, data, error } = FILE.safeParse(file);
  if (!success) throw lacking(error, HOW_TO_MAKE);
  const { client_id: id, client_secret: secret = "", workforce_pool_user_project } = data;
  const url = data.service_account_impersonation_url;
  const lifetimeS = data.service_account_impersonation?.token_lifetime_seconds;
  return {
    type: "external_account",
    file: new Secret(JSON.stringify(file)),
    audience: data.audience,
    subjectTokenType: data.subject_token_type,
    tokenUri: data.token_url ?? DEFAULT_TOKEN_URI,
    subject: subjectOf(data.credential_source),
    ...(id === undefined ? {} : { client: { id, secret: new Secret(secret) } }),
    ...(workforce_pool_user_project === undefined
      ? {}
      : { userProject: workforce_pool_user_project }),
    ...(url === undefined
      ? {}
      : { impersonation: { url, delegates: [], lifetimeS: lifetimeS ?? DEFAULT_LIFETIME_S } }),
  };
}

function refusalOf(source: unknown): string | undefined {
  if (typeof source !== "object" || source === null) return undefined;
  return REFUSED.find(([member]) => member in source)?.[1];
}

function subjectOf(
  { file, url, headers = {}, format = {} }: z.infer<typeof FILE>["credential_source"],
): SubjectTokenSource {
  const { type = "text", subject_token_field_name: member } = format;
  if (type === "json" && member === undefined) {
    throw new AccountError(
      'The credentials file lacks "credential_source.format.subject_token_field_name", which says ' +
        `where the token is in the JSON; ${HOW_TO_MAKE}`,
    );
  }
  const common = type === "json" && member !== undefined ? { member } : {};
  if (file !== undefined && url === undefined) return { file, ...common };
  if (url !== undefined && file === undefined) return { url, headers, ...common };
  throw new AccountError(
    `The credentials file's "credential_source" needs either a "file" or a "url"; ${HOW_TO_MAKE}`,
  );
}
