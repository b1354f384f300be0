/**
 * A credential as it is stored: a public part, and a secret part that the store encrypts.
 *
 * @module
 */
import * as z from "zod";
import { defined } from "../../base/defined.ts";
import type { Credential } from "../account.ts";
import { AccountError } from "../account_error.ts";
import { parseAnyCredentialsFile } from "./credentials_file.ts";
import { Secret } from "../secret.ts";

/** The schema of the public part. */
export const CREDENTIAL_FIELDS = z.discriminatedUnion("type", [
  z.object({ type: z.literal("api_key") }),
  z.object({ type: z.literal("authorized_user"), clientId: z.string(), tokenUri: z.string() }),
  z.object({
    type: z.literal("service_account"),
    privateKeyId: z.string().optional(),
    tokenUri: z.string(),
    projectId: z.string().optional(),
  }),
  z.object({ type: z.literal("impersonated_service_account") }),
  z.object({ type: z.literal("external_account") }),
]);

/** Credentials that are stored as their original file. */
const FILE_SECRETS = z.object({ file: z.string() });
const API_KEY_SECRETS = z.object({ key: z.string() });
const USER_SECRETS = z.object({ clientSecret: z.string(), refreshToken: z.string() });
const SERVICE_ACCOUNT_SECRETS = z.object({ clientEmail: z.string(), privateKey: z.string() });

/** The public part of a credential: no secret, no e-mail address. */
export function publicPart(credential: Credential): z.infer<typeof CREDENTIAL_FIELDS> {
  switch (credential.type) {
    case "api_key":
      return { type: credential.type };
    case "impersonated_service_account":
      return { type: credential.type };
    case "external_account":
      return { type: credential.type };
    case "authorized_user": {
      const { type, clientId, tokenUri } = credential;
      return { type, clientId, tokenUri };
    }
    case "service_account": {
      const { clientEmail: _clientEmail, privateKey: _privateKey, ...open } = credential;
      return open;
    }
  }
}

/** The secret part, revealed: for the store only. */
export function secretPart(credential: Credential): Record<string, string> {
  switch (credential.type) {
    case "api_key":
      return { key: credential.key.reveal() };
    case "authorized_user":
      return {
        clientSecret: credential.clientSecret.reveal(),
        refreshToken: credential.refreshToken.reveal(),
      };
    case "service_account":
      return {
        clientEmail: credential.clientEmail,
        privateKey: credential.privateKey.reveal(),
      };
    case "impersonated_service_account":
    case "external_account":
      return { file: credential.file.reveal() };
  }
}

/**
 * Combines both parts into a credential.
 *
 * @param fields The public part.
 * @param members The secret part, parsed; undefined when it could not be decrypted.
 * @returns Undefined when the secret part does not belong to the public one.
 */
export function openCredential(
  fields: z.infer<typeof CREDENTIAL_FIELDS>,
  members: unknown,
): Credential | undefined {
  switch (fields.type) {
    case "api_key": {
      const { success, data } = API_KEY_SECRETS.safeParse(members);
      return success ? { ...fields, key: new Secret(data.key) } : undefined;
    }
    case "impersonated_service_account":
    case "external_account": {
      const { success, data } = FILE_SECRETS.safeParse(members);
      return success ? credentialOfFile(data.file, fields.type) : undefined;
    }
    case "authorized_user": {
      const { success, data } = USER_SECRETS.safeParse(members);
      if (!success) return undefined;
      const { clientSecret, refreshToken } = data;
      return {
        ...fields,
        clientSecret: new Secret(clientSecret),
        refreshToken: new Secret(refreshToken),
      };
    }
    case "service_account": {
      const { success, data } = SERVICE_ACCOUNT_SECRETS.safeParse(members);
      if (!success) return undefined;
      const { clientEmail, privateKey } = data;
      const { type, tokenUri, privateKeyId, projectId } = fields;
      return {
        type,
        tokenUri,
        clientEmail,
        privateKey: new Secret(privateKey),
        ...defined({ privateKeyId, projectId }),
      };
    }
  }
}

/** Parses a stored file; undefined if its type has changed. */
function credentialOfFile(text: string, type: Credential["type"]): Credential | undefined {
  try {
    const credential = parseAnyCredentialsFile(text);
    return credential.type === type ? credential : undefined;
  } catch (error) {
    if (error instanceof AccountError) return undefined;
    throw error;
  }
}
