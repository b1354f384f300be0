/**
 * The account that a request of the admin API adds.
 *
 * @module
 */
import type * as z from "zod";
import type { NewAccount } from "../../../accounts/account_book.ts";
import type { Account, TokenCredential } from "../../../accounts/account.ts";
import { defaultBaseUrl, isCleartext, parseBaseUrl } from "../../../accounts/base_url.ts";
import {
  parseAnyCredentialsFile,
  parseCredentialsFile,
  quotaProjectOf,
} from "../../../accounts/credentials/credentials_file.ts";
import { cleartextAddresses } from "../../../accounts/network/cleartext_addresses.ts";
import { parseProxyUrl } from "../../../accounts/network/proxy_url.ts";
import { Secret } from "../../../accounts/secret.ts";
import { importSigningKey } from "../../../accounts/tokens/service_account_tokens.ts";
import { TokenError } from "../../../accounts/tokens/token_error.ts";
import { parseLocation } from "../../../accounts/vertex_location.ts";
import { defined } from "../../../base/defined.ts";
import type { AccountKind } from "../../../gemini/api/account_kinds.ts";
import type { AdminServices } from "../admin_services.ts";
import { atField, invalid } from "../checked.ts";
import type { newAccountInput } from "../schemas/account_input.ts";
import { patternsOf } from "../schemas/inputs.ts";

/** A checked body. */
export type NewAccountInput = z.output<typeof newAccountInput>;

/** The account, and what its user should know, as sentences without the last full stop. */
export interface PreparedAccount {
  readonly account: NewAccount;
  readonly warnings: readonly string[];
}

/** Credential and place of an account. */
type Access = Pick<Account, "credential" | "project" | "location" | "quotaProject">;

/**
 * Checks what the schema cannot, and completes the account: with the project that the file names, or Google does.
 *
 * @throws {RpcError} INVALID_ARGUMENT.
 * @throws {AccountError} for a file, an address or a location that cannot be used.
 */
export async function newAccount(
  asked: NewAccountInput,
  { findProject }: Pick<AdminServices, "findProject">,
): Promise<PreparedAccount> {
  const { kind, name } = asked;
  const settings = settingsOf(asked);
  const access = accessOf(asked);
  const { location } = access;
  const baseUrls = baseUrlsOf(asked.baseUrls, { kind, location });
  const warnings = warningsOf(baseUrls, access);
  const account = { name, kind, ...access, ...settings, baseUrls };
  const { credential } = access;
  if (credential.type === "service_account") {
    await atField("credentials", () => importSigningKey(credential.privateKey), TokenError);
  }
  if (kind !== "code-assist" || credential.type !== "authorized_user") return { account, warnings };
  const hint = asked.project;
  const finding = await findProject({ credential, baseUrls, hint, network: account });
  return { account: { ...account, ...finding }, warnings };
}

/** The base URLs of an account: those that the request names, or Google's own. */
export function baseUrlsOf(
  urls: readonly string[] | null | undefined,
  of: { readonly kind: AccountKind; readonly location: string | undefined },
): readonly string[] {
  return urls?.map(parseBaseUrl) ?? [defaultBaseUrl(of)];
}

/** Warns of addresses that get secrets unencrypted. */
export function cleartextWarnings(baseUrls: readonly string[]): readonly string[] {
  return baseUrls.filter(isCleartext).map((url) =>
    `"${url}" is not encrypted; others on the network can read the credential`
  );
}

function warningsOf(baseUrls: readonly string[], { credential }: Access): readonly string[] {
  const members = credential.type === "api_key" ? [] : cleartextAddresses(credential);
  return [
    ...cleartextWarnings(baseUrls),
    ...members.map((member) =>
      `The credentials file's ${member} is not encrypted; others on the network can read tokens`
    ),
  ];
}

function settingsOf(asked: NewAccountInput) {
  const { labels, priority, weight, maxConcurrent, quotaProject, projectGroup, proxy } = asked;
  const { allow = [], deny = [] } = asked;
  const hasRules = allow.length > 0 || deny.length > 0;
  return defined({
    labels: labels && labels.length > 0 ? [...new Set(labels)] : undefined,
    priority,
    weight,
    maxConcurrent,
    quotaProject,
    projectGroup,
    proxy: proxy === undefined ? undefined : parseProxyUrl(proxy),
    models: hasRules ? { allow: patternsOf(allow), deny: patternsOf(deny) } : undefined,
  });
}

function accessOf(asked: NewAccountInput): Access {
  switch (asked.kind) {
    case "gemini-api":
      refuseForKey(asked);
      return keyAccess(asked.apiKey);
    case "vertex":
      return vertexAccess(asked);
    case "code-assist": {
      const { credential, ...rest } = fileAccess(asked.credentials, parseCredentialsFile);
      return { credential, ...rest, ...defined({ project: asked.project }) };
    }
  }
}

function vertexAccess(asked: NewAccountInput & { readonly kind: "vertex" }): Access {
  const { apiKey, credentials, location } = asked;
  if ((apiKey === undefined) === (credentials === undefined)) {
    const description = 'Give either "credentials" or, for express mode, "apiKey"';
    throw invalid([{ field: "", description }]);
  }
  if (apiKey !== undefined) {
    refuseForKey(asked);
    return keyAccess(apiKey);
  }
  if (location === undefined) {
    const description = 'It is missing: a region, such as "us-central1", or "global"';
    throw invalid([{ field: "location", description }]);
  }
  const { credential, ...rest } = fileAccess(credentials ?? {}, parseAnyCredentialsFile);
  const project = asked.project ??
    (credential.type === "service_account" ? credential.projectId : undefined);
  if (project === undefined) {
    const description = "It is missing: the credentials file names no project";
    throw invalid([{ field: "project", description }]);
  }
  return { credential, project, location: parseLocation(location), ...rest };
}

function keyAccess(key: string): Access {
  return { credential: { type: "api_key", key: new Secret(key) } };
}

/** An API key belongs to a project, which has no location. */
function refuseForKey(asked: { readonly project?: unknown; readonly location?: unknown }): void {
  for (const field of ["project", "location"] as const) {
    if (asked[field] === undefined) continue;
    const description = "An API key belongs to a project; leave this out";
    throw invalid([{ field, description }]);
  }
}

function fileAccess<Credential extends TokenCredential>(
  file: Readonly<Record<string, unknown>>,
  parse: (text: string) => Credential,
): { readonly credential: Credential; readonly quotaProject?: string } {
  const text = JSON.stringify(file);
  const credential = parse(text);
  if (readsSubject(credential)) {
    // Such a file lets the gateway send what it can read to an address of the same file's choice: any file, and any
    // response that its machine gets from its network, such as a token of the cloud's metadata server.
    const description =
      "This file names a file of the gateway's machine, or an address that the machine reads. " +
      "Add the account there: pollux accounts add vertex NAME --credentials FILE";
    throw invalid([{ field: "credentials", description }]);
  }
  return { credential, ...defined({ quotaProject: quotaProjectOf(text) }) };
}

/** Whether this machine reads the token of another identity provider, in a file or at an address. */
function readsSubject(credential: TokenCredential): boolean {
  if (credential.type === "impersonated_service_account") return readsSubject(credential.source);
  return credential.type === "external_account";
}
