/**
 * A service account that another credential acts as, as
 * `gcloud auth application-default login --impersonate-service-account` writes it.
 *
 * @see {@link https://cloud.google.com/docs/authentication/use-service-account-impersonation}
 * @module
 */
import * as z from "zod";
import type { ImpersonatedServiceAccount } from "../account.ts";
import { AccountError } from "../account_error.ts";
import { ADDRESS, lacking } from "./file_members.ts";
import { Secret } from "../secret.ts";

const HOW_TO_MAKE =
  '"gcloud auth application-default login --impersonate-service-account" writes one';

/** Lifetime of a token, in seconds. */
const LIFETIME_S = 3600;

const FILE = z.object({
  service_account_impersonation_url: ADDRESS,
  delegates: z.array(z.string()).optional(),
  source_credentials: z.record(z.string(), z.unknown()),
});

/**
 * Reads an `impersonated_service_account` file. Its values are never quoted in an error.
 *
 * @param file The parsed file.
 * @param sourceOf Reads the credential that acts as the service account.
 * @throws {AccountError} that names missing or wrong members.
 */
export function impersonatedServiceAccount(
  file: Readonly<Record<string, unknown>>,
  sourceOf: (
    file: Readonly<Record<string, unknown>>,
  ) => ImpersonatedServiceAccount["source"],
): ImpersonatedServiceAccount {
  const { success, data, error } = FILE.safeParse(file);
  if (!success) throw lacking(error, HOW_TO_MAKE);
  const { service_account_impersonation_url: url, delegates = [], source_credentials } = data;
  if (!new URL(url).pathname.endsWith(":generateAccessToken")) {
    throw new AccountError(
      'The credentials file\'s "service_account_impersonation_url" does not end with ' +
        `":generateAccessToken"; ${HOW_TO_MAKE}`,
    );
  }
  const source = sourceOf(source_credentials);
  return {
    type: "impersonated_service_account",
    file: new Secret(JSON.stringify(file)),
    source,
    tokenUri: source.tokenUri,
    impersonation: { url, delegates, lifetimeS: LIFETIME_S },
  };
}

/** The address of the service account in an impersonation URL; "" if there is none. */
export function impersonatedAddress(url: string): string {
  const [name = ""] = new URL(url).pathname.split("/").at(-1)?.split(":") ?? [];
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
