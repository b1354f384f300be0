/**
 * An account as it is kept: a public part in plain JSON, and a secret part that the store seals.
 *
 * @module
 */
import { z } from "zod";
import type { Account, Credential } from "./account.ts";
import { Secret } from "./secret.ts";

/** A row of whatever keeps accounts. */
export interface AccountRow {
  readonly id: string;
  readonly name: string;
  /** The public part; what this version does not know stays in it. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The secret part as JSON text; undefined when it could not be opened. */
  readonly secret: string | undefined;
}

/** An account that is kept but cannot be used by this version. */
export interface UnreadableAccount {
  readonly id: string;
  readonly name: string;
  /** In words for the user. */
  readonly reason: string;
}

const FIELDS = z.object({
  kind: z.enum(["gemini-api", "code-assist"]),
  enabled: z.boolean(),
  baseUrls: z.array(z.string()).min(1),
  project: z.string().optional(),
  priority: z.number().int().optional(),
  weight: z.number().int().min(1).optional(),
  maxConcurrent: z.number().int().min(1).optional(),
  models: z.object({ allow: z.array(z.string()), deny: z.array(z.string()) }).optional(),
  disabledReason: z.string().optional(),
  createdAt: z.string(),
  signedInAt: z.string().optional(),
  credential: z.discriminatedUnion("type", [
    z.object({ type: z.literal("api_key") }),
    z.object({ type: z.literal("authorized_user"), clientId: z.string(), tokenUri: z.string() }),
  ]),
});

const API_KEY_SECRETS = z.object({ key: z.string() });
const USER_SECRETS = z.object({ clientSecret: z.string(), refreshToken: z.string() });

/** The row of an account, secrets revealed: for the store only. */
export function toRow(account: Account): AccountRow & { readonly secret: string } {
  const { id, name, credential, ...fields } = account;
  const parts = credentialParts(credential);
  return { id, name, fields: { ...fields, ...parts.fields }, secret: parts.secret };
}

/** What another credential changes in a row, secrets revealed: for the store only. */
export function credentialParts(
  credential: Credential,
): { readonly fields: { readonly credential: unknown }; readonly secret: string } {
  return {
    fields: { credential: publicPart(credential) },
    secret: JSON.stringify(secretPart(credential)),
  };
}

/** Reads a row back. A row that does not fit is told, not thrown: one bad row hides no other. */
export function fromRow(row: AccountRow): Account | UnreadableAccount {
  const fields = FIELDS.safeParse(row.fields);
  if (!fields.success) {
    const paths = fields.error.issues.map((issue) => `"${issue.path.join(".")}"`).join(", ");
    return unreadable(row, `This version of Pollux does not understand its ${paths}`);
  }
  const { credential, ...rest } = fields.data;
  const opened = openCredential(credential, row.secret);
  if (opened === undefined) {
    return unreadable(row, "Its secret is damaged; remove the account and add it again");
  }
  return {
    id: row.id,
    name: row.name,
    ...present(rest),
    credential: opened,
  };
}

/** Tells the two results of {@linkcode fromRow} apart. */
export function isUnreadable(
  account: Account | UnreadableAccount,
): account is UnreadableAccount {
  return "reason" in account;
}

/** The secret part of the same row with another refresh token; unknown members stay. */
export function withRefreshToken(secret: string, refreshToken: Secret): string {
  const members = z.record(z.string(), z.unknown()).parse(JSON.parse(secret));
  return JSON.stringify({ ...members, refreshToken: refreshToken.reveal() });
}

/** The members that are there: zod gives optional ones as undefined, which an account never holds. */
function present<Fields extends object>(fields: Fields): Present<Fields> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Present<Fields>;
}

type Present<Fields> = { [Name in keyof Fields]: Exclude<Fields[Name], undefined> };

function publicPart(credential: Credential): Record<string, string> {
  return credential.type === "api_key" ? { type: credential.type } : {
    type: credential.type,
    clientId: credential.clientId,
    tokenUri: credential.tokenUri,
  };
}

function secretPart(credential: Credential): Record<string, string> {
  return credential.type === "api_key" ? { key: credential.key.reveal() } : {
    clientSecret: credential.clientSecret.reveal(),
    refreshToken: credential.refreshToken.reveal(),
  };
}

function openCredential(
  credential: z.infer<typeof FIELDS>["credential"],
  secret: string | undefined,
): Credential | undefined {
  const members = parseJson(secret);
  if (credential.type === "api_key") {
    const secrets = API_KEY_SECRETS.safeParse(members);
    return secrets.success ? { type: "api_key", key: new Secret(secrets.data.key) } : undefined;
  }
  const secrets = USER_SECRETS.safeParse(members);
  return secrets.success
    ? {
      type: "authorized_user",
      clientId: credential.clientId,
      clientSecret: new Secret(secrets.data.clientSecret),
      refreshToken: new Secret(secrets.data.refreshToken),
      tokenUri: credential.tokenUri,
    }
    : undefined;
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(row: AccountRow, reason: string): UnreadableAccount {
  return { id: row.id, name: row.name, reason };
}
