/**
 * Credentials files: the `authorized_user` JSON that `gcloud auth application-default login` writes,
 * the key of a service account, and files that refer to one of these.
 *
 * @see {@link https://cloud.google.com/docs/authentication/application-default-credentials}
 * @see {@link https://cloud.google.com/iam/docs/keys-create-delete}
 * @module
 */
import * as z from "zod";
import { defined } from "../../base/defined.ts";
import type {
  AuthorizedUser,
  ImpersonatedServiceAccount,
  ServiceAccount,
  TokenCredential,
} from "../account.ts";
import { AccountError } from "../account_error.ts";
import { externalAccount } from "./external_account_file.ts";
import { ADDRESS, lacking, MEMBER } from "./file_members.ts";
import { impersonatedServiceAccount } from "./impersonated_file.ts";
import { parsedJson } from "../../base/json.ts";
import { isProject } from "../project_id.ts";
import { Secret } from "../secret.ts";

/** Google's token endpoint, for files without one. */
const DEFAULT_TOKEN_URI = "https://oauth2.googleapis.com/token";

/** Descriptions of other file types, for a user who chose the wrong file. */
const OTHER_TYPES: Readonly<Record<string, string>> = {
  service_account: "a service account's key",
  external_account: "a workload identity configuration",
  external_account_authorized_user: "a workforce identity's sign-in",
  impersonated_service_account: "an impersonated service account",
  gdch_service_account: "a service account of Google Distributed Cloud",
};

const HOW_TO_MAKE = `"gcloud auth application-default login" writes a suitable one`;

/** The requirement of an account that accepts only a user's own sign-in. */
const USER_WANTED = `a user's own ("authorized_user")`;

/** The requirement of an account that accepts every credential. */
const ANY_WANTED = `a service account's key ("service_account"), an impersonated one ` +
  `("impersonated_service_account"), a workload identity ("external_account") or ${USER_WANTED}`;

const AUTHORIZED_USER = z.object({
  client_id: MEMBER,
  client_secret: MEMBER,
  refresh_token: MEMBER,
  token_uri: ADDRESS.optional(),
});

const SERVICE_ACCOUNT = z.object({
  client_email: MEMBER,
  private_key_id: MEMBER.optional(),
  private_key: MEMBER,
  project_id: MEMBER.optional(),
  token_uri: ADDRESS.optional(),
});

/**
 * Reads the text of an `authorized_user` file. Its values are never quoted in an error.
 *
 * @throws {AccountError} that names missing or wrong members, or the file's actual type.
 */
export function parseCredentialsFile(text: string): AuthorizedUser {
  const file = parseObject(text);
  if (file["type"] !== "authorized_user") throw otherType(file, USER_WANTED);
  return authorizedUser(file);
}

/**
 * Reads the text of a credentials file of any type that gives access tokens. Its values are never quoted in an
 * error. Private keys are not validated.
 *
 * @throws {AccountError} as {@linkcode parseCredentialsFile} does.
 */
export function parseAnyCredentialsFile(text: string): TokenCredential {
  const file = parseObject(text);
  return file["type"] === "impersonated_service_account"
    ? impersonatedServiceAccount(file, directCredential)
    : directCredential(file);
}

/** A credential without impersonation. */
function directCredential(
  file: Readonly<Record<string, unknown>>,
): Exclude<TokenCredential, ImpersonatedServiceAccount> {
  switch (file["type"]) {
    case "authorized_user":
      return authorizedUser(file);
    case "service_account":
      return serviceAccount(file);
    case "external_account":
      return externalAccount(file);
    default:
      throw otherType(file, ANY_WANTED);
  }
}

/**
 * The quota project that a credentials file names.
 *
 * @returns Undefined if the file names none or an invalid one.
 */
export function quotaProjectOf(text: string): string | undefined {
  const project = parseObject(text)["quota_project_id"];
  return typeof project === "string" && isProject(project.trim()) ? project.trim() : undefined;
}

function authorizedUser(file: unknown): AuthorizedUser {
  const { success, data, error } = AUTHORIZED_USER.safeParse(file);
  if (!success) throw lacking(error, HOW_TO_MAKE);
  return {
    type: "authorized_user",
    clientId: data.client_id,
    clientSecret: new Secret(data.client_secret),
    refreshToken: new Secret(data.refresh_token),
    tokenUri: data.token_uri ?? DEFAULT_TOKEN_URI,
  };
}

function serviceAccount(file: unknown): ServiceAccount {
  const { success, data, error } = SERVICE_ACCOUNT.safeParse(file);
  if (!success) throw lacking(error, "download the key from the Google Cloud console again");
  return {
    type: "service_account",
    clientEmail: data.client_email,
    privateKey: new Secret(withLineBreaks(data.private_key)),
    tokenUri: data.token_uri ?? DEFAULT_TOKEN_URI,
    ...defined({ privateKeyId: data.private_key_id, projectId: data.project_id }),
  };
}

/** In a PEM copied through an environment variable or a form, line breaks are the two characters `\n`. */
function withLineBreaks(pem: string): string {
  return pem.replaceAll(/\\r?\\n|\\n/g, "\n");
}

function parseObject(text: string): Record<string, unknown> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(parsedJson(text));
  if (!parsed.success) throw new AccountError(`The credentials file is not a JSON object`);
  return parsed.data;
}

function otherType(file: Readonly<Record<string, unknown>>, wanted: string): AccountError {
  const type = file["type"];
  const other = typeof type === "string" ? OTHER_TYPES[type] : undefined;
  if (other !== undefined) {
    return new AccountError(
      `The credentials file is ${other} ("${type}"), which this kind of account does not accept; ` +
        `it needs ${wanted}: ${HOW_TO_MAKE}`,
    );
  }
  if ("installed" in file || "web" in file) {
    return new AccountError(
      "The credentials file describes an OAuth client, not a user's sign-in with it; sign in: " +
        "pollux login code-assist NAME --client-file FILE",
    );
  }
  if ("refresh_token" in file && !("client_id" in file)) {
    return new AccountError(
      `The credentials file has a refresh token without the "client_id" and "client_secret" it ` +
        `belongs to; ${HOW_TO_MAKE}`,
    );
  }
  return new AccountError(
    `The credentials file has no "type" that Pollux knows; it needs ${wanted}: ${HOW_TO_MAKE}`,
  );
}
