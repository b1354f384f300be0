/**
 * An account as it is stored: a public part in plain JSON, and a secret part that the store encrypts.
 *
 * @module
 */
import * as z from "zod";
import type { AccountRow } from "../base/stored/account_row.ts";
import { defined } from "../base/defined.ts";
import { ACCOUNT_KINDS } from "../gemini/api/account_kinds.ts";
import type { Account, Credential } from "./account.ts";
import {
  CREDENTIAL_FIELDS,
  openCredential,
  publicPart,
  secretPart,
} from "./credentials/credential_record.ts";
import { parsedJson } from "../base/json.ts";
import { Secret } from "./secret.ts";

/** An account that is stored but cannot be used by this version. */
export interface UnreadableAccount {
  readonly id: string;
  readonly name: string;
  /** A message for the user. */
  readonly reason: string;
}

const FIELDS = z.object({
  kind: z.enum(ACCOUNT_KINDS),
  enabled: z.boolean(),
  baseUrls: z.array(z.string()).min(1),
  project: z.string().optional(),
  location: z.string().optional(),
  priority: z.number().int().optional(),
  weight: z.number().int().min(1).optional(),
  maxConcurrent: z.number().int().min(1).optional(),
  models: z.object({ allow: z.array(z.string()), deny: z.array(z.string()) }).optional(),
  labels: z.array(z.string()).optional(),
  quotaProject: z.string().optional(),
  projectGroup: z.string().optional(),
  disabledReason: z.string().optional(),
  createdAt: z.string(),
  signedInAt: z.string().optional(),
  restsEnded: z.number().optional(),
  credential: CREDENTIAL_FIELDS,
});

const PROXY_SECRET = z.object({ proxy: z.string().optional() });

/** The row of an account, secrets revealed: for the store only. */
export function toRow(account: Account): AccountRow & { readonly secret: string } {
  const { id, name, credential, proxy, ...fields } = account;
  return {
    id,
    name,
    fields: { ...fields, credential: publicPart(credential) },
    secret: JSON.stringify({
      ...secretPart(credential),
      ...defined({ proxy: proxy?.reveal() }),
    }),
  };
}

/** Parses a row. A malformed row is returned, not thrown, so that it hides no other. */
export function fromRow(row: AccountRow): Account | UnreadableAccount {
  const fields = FIELDS.safeParse(row.fields);
  if (!fields.success) {
    const paths = fields.error.issues.map((issue) => `"${issue.path.join(".")}"`).join(", ");
    return unreadable(row, `This version of Pollux does not understand its ${paths}`);
  }
  const { credential, ...rest } = fields.data;
  const members = row.secret === undefined ? undefined : parsedJson(row.secret);
  const opened = openCredential(credential, members);
  const secrets = PROXY_SECRET.safeParse(members);
  if (opened === undefined || !secrets.success) {
    return unreadable(row, "Its secret is damaged; remove the account and add it again");
  }
  const { proxy } = secrets.data;
  return {
    id: row.id,
    name: row.name,
    ...defined(rest),
    ...(proxy === undefined ? {} : { proxy: new Secret(proxy) }),
    credential: opened,
  };
}

/** Distinguishes the two results of {@linkcode fromRow}. */
export function isUnreadable(
  account: Account | UnreadableAccount,
): account is UnreadableAccount {
  return "reason" in account;
}

/** The secret part of the same row with another refresh token; unknown members are kept. */
export function withRefreshToken(secret: string, refreshToken: Secret): string {
  return withMembers(secret, { refreshToken: refreshToken.reveal() });
}

/** The secret part of the same row with another proxy, or none; unknown members are kept. */
export function withProxy(secret: string, proxy: Secret | null): string {
  return withMembers(secret, { proxy: proxy?.reveal() });
}

/**
 * The secret part of the same row with the credential `to` instead of `from`; all members of `from` are
 * removed, others are kept.
 */
export function withCredential(
  secret: string,
  { from, to }: { readonly from: Credential; readonly to: Credential },
): string {
  const gone = Object.keys(secretPart(from)).map((name) => [name, undefined]);
  return withMembers(secret, { ...Object.fromEntries(gone), ...secretPart(to) });
}

function withMembers(secret: string, changed: Readonly<Record<string, unknown>>): string {
  const members = z.record(z.string(), z.unknown()).parse(parsedJson(secret));
  return JSON.stringify({ ...members, ...changed });
}

function unreadable(row: AccountRow, reason: string): UnreadableAccount {
  return { id: row.id, name: row.name, reason };
}
