/**
 * Credentials files: the `authorized_user` JSON that `gcloud auth application-default login` writes.
 *
 * @see {@link https://cloud.google.com/docs/authentication/application-default-credentials}
 * @module
 */
import { z } from "zod";
import type { AuthorizedUser } from "./account.ts";
import { AccountError } from "./account_error.ts";
import { Secret } from "./secret.ts";

/** Google's token endpoint, for files that name none. */
const DEFAULT_TOKEN_URI = "https://oauth2.googleapis.com/token";

/** What the other kinds of file are, for a user who took the wrong one. */
const OTHER_TYPES: Readonly<Record<string, string>> = {
  service_account: "a service account's key",
  external_account: "a workload identity configuration",
  external_account_authorized_user: "a workforce identity's sign-in",
  impersonated_service_account: "an impersonated service account",
  gdch_service_account: "a service account of Google Distributed Cloud",
};

const HOW_TO_MAKE = `"gcloud auth application-default login" writes one that fits`;

const MEMBER = z.string().min(1);

const AUTHORIZED_USER = z.object({
  client_id: MEMBER,
  client_secret: MEMBER,
  refresh_token: MEMBER,
  token_uri: MEMBER.refine(isTokenUri).optional(),
});

/**
 * Reads the text of an `authorized_user` file. Its values are never quoted in an error.
 *
 * @throws {AccountError} that names what is missing or wrong, or what the file is instead.
 */
export function parseCredentialsFile(text: string): AuthorizedUser {
  const file = parseObject(text);
  const type = file["type"];
  if (type !== "authorized_user") throw otherType(file);
  const parsed = AUTHORIZED_USER.safeParse(file);
  if (!parsed.success) {
    const members = parsed.error.issues.map((issue) => `"${issue.path.join(".")}"`).join(", ");
    throw new AccountError(
      `The credentials file lacks ${members}, or what it has there cannot be used; ${HOW_TO_MAKE}`,
    );
  }
  return {
    type: "authorized_user",
    clientId: parsed.data.client_id,
    clientSecret: new Secret(parsed.data.client_secret),
    refreshToken: new Secret(parsed.data.refresh_token),
    tokenUri: parsed.data.token_uri ?? DEFAULT_TOKEN_URI,
  };
}

function parseObject(text: string): Record<string, unknown> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(parseJson(text));
  if (!parsed.success) throw new AccountError(`The credentials file is no JSON object`);
  return parsed.data;
}

/** The parsed text; undefined when it is not JSON, since JSON.parse's own error would quote it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function otherType(file: Readonly<Record<string, unknown>>): AccountError {
  const type = file["type"];
  const other = typeof type === "string" ? OTHER_TYPES[type] : undefined;
  if (other !== undefined) {
    return new AccountError(
      `The credentials file is ${other} ("${type}"), which this kind of account does not take; ` +
        `it wants a user's own ("authorized_user"): ${HOW_TO_MAKE}`,
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
    `The credentials file has no "type" that Pollux knows; it wants "authorized_user": ${HOW_TO_MAKE}`,
  );
}

function isTokenUri(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "https:" || url.protocol === "http:") &&
    url.username === "" && url.password === "";
}
