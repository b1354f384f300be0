/**
 * Reads files in one of the formats, and tells what comes of them.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  type ImportContext,
  type ImportItem,
  isFault,
  type SourceFile,
} from "../../../src/accounts/import/import_format.ts";
import { IMPORT_FORMATS } from "../../../src/accounts/import/import_formats.ts";
import { googleClient } from "../../../src/accounts/credentials/oauth_client.ts";
import { Secret } from "../../../src/accounts/secret.ts";
import { SERVICE_ACCOUNT } from "./source_fixtures.ts";

/** The user's own client. */
export const CLIENT = googleClient("own-client", new Secret("planted-own-secret"));
const TOKEN_URI = "https://oauth2.googleapis.com/token";

/** A file with a text, or with something in JSON. */
export function file(name: string, content: unknown): SourceFile {
  return { name, text: typeof content === "string" ? content : JSON.stringify(content) };
}

/** Reads files of a format; the user adds nothing unless it is given. */
export function read(id: string, files: readonly SourceFile[], added: Partial<ImportContext> = {}) {
  const format = IMPORT_FORMATS.find((format) => format.id === id);
  assert.ok(format);
  const nothing = { client: undefined, kind: undefined, project: undefined, location: undefined };
  return format.read(files, { ...nothing, ...added });
}

/** An entry's account with its secrets told, or why there is none. */
export function told({ outcome }: ImportItem): unknown {
  if (isFault(outcome)) return outcome.reason;
  const { credential, proxy, ...account } = outcome;
  const { type, ...members } = credential;
  return {
    ...account,
    ...(proxy === undefined ? {} : { proxy: proxy.reveal() }),
    credential: Object.fromEntries(
      [["type", type], ...Object.entries(members)].map(([name, value]) => [
        name,
        value instanceof Secret ? value.reveal() : value,
      ]),
    ),
  };
}

/** What becomes of a sign-in: with the client of the fixtures, or the user's own for `own`. */
export function codeAssist(refreshToken: string, changes: Readonly<Record<string, unknown>> = {}) {
  const { own = false, ...rest } = changes;
  return {
    kind: "code-assist",
    baseUrls: ["https://cloudcode-pa.googleapis.com"],
    ...rest,
    credential: {
      type: "authorized_user",
      clientId: own ? "own-client" : "client-1.apps.googleusercontent.com",
      clientSecret: own ? "planted-own-secret" : "planted-client-secret",
      refreshToken,
      tokenUri: TOKEN_URI,
    },
  };
}

/** What becomes of the service account of the fixtures in `us-central1`. */
export function vertex(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    kind: "vertex",
    baseUrls: ["https://us-central1-aiplatform.googleapis.com"],
    project: "my-project-1",
    location: "us-central1",
    ...changes,
    credential: {
      type: "service_account",
      clientEmail: SERVICE_ACCOUNT.client_email,
      privateKeyId: SERVICE_ACCOUNT.private_key_id,
      privateKey: SERVICE_ACCOUNT.private_key,
      tokenUri: TOKEN_URI,
      projectId: "my-project-1",
    },
  };
}

/** What becomes of an API key. */
export function geminiApi(key: string, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    kind: "gemini-api",
    baseUrls: ["https://generativelanguage.googleapis.com"],
    ...changes,
    credential: { type: "api_key", key },
  };
}

/** An API key. */
export const KEY = "AIzaSy-planted-0123456789";
