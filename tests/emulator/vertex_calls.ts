/**
 * Calls of Vertex AI that the emulator's tests make, and the assertions that give a token for them.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { sign } from "node:crypto";
import type { Emulator, ServiceAccountFile } from "../../src/emulator/emulator.ts";
import { type CallOptions, HELLO } from "./calls.ts";

/** What differs from a good assertion; undefined leaves a claim out. */
export interface AssertionChanges {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Another's key. */
  readonly privateKey?: string;
  /** Now, in seconds; default: by the machine's clock. */
  readonly now?: number;
}

/** An assertion as a service account signs it. */
export function assertionOf(file: ServiceAccountFile, changes: AssertionChanges = {}): string {
  const { now = Math.floor(Date.now() / 1000) } = changes;
  const header = { alg: "RS256", typ: "JWT", kid: file.private_key_id, ...changes.header };
  const claims = {
    iss: file.client_email,
    scope: "https://www.googleapis.com/auth/cloud-platform",
    aud: file.token_uri,
    iat: now - 10,
    exp: now + 3590,
    ...changes.claims,
  };
  const input = [header, claims].map((part) => base64url(JSON.stringify(part))).join(".");
  const key = changes.privateKey ?? file.private_key;
  return `${input}.${sign("RSA-SHA256", Buffer.from(input), key).toString("base64url")}`;
}

/** Asks for an access token with an assertion. */
export function exchangeAssertion(tokenUri: string, assertion: string): Promise<Response> {
  const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  return fetch(tokenUri, {
    method: "POST",
    body: new URLSearchParams({ grant_type, ...(assertion === "" ? {} : { assertion }) }),
  });
}

/** A service account's access token. */
export async function serviceAccountToken(file: ServiceAccountFile): Promise<string> {
  const response = await exchangeAssertion(file.token_uri, assertionOf(file));
  return (await response.json()).access_token;
}

/** What a call of Vertex AI may differ in. */
export interface VertexCallOptions extends Pick<CallOptions, "model" | "method" | "query"> {
  readonly headers: Readonly<Record<string, string>>;
  /** Default `v1beta1`. */
  readonly version?: string;
  /** What comes before `publishers/`, with its slash; default: the first account's project. */
  readonly place?: string;
  readonly publisher?: string;
  readonly body?: unknown;
}

/** Calls a model. */
export function callVertex(emulator: Emulator, options: VertexCallOptions): Promise<Response> {
  const { model = "gemini-2.5-flash", method = "generateContent", query = "" } = options;
  const { place = PLACE, publisher = "google", version = "v1beta1" } = options;
  const path = `${place}publishers/${publisher}/models/${model}:${method}${query}`;
  return fetch(`${emulator.url}/${version}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...options.headers },
    body: JSON.stringify(options.body ?? HELLO),
  });
}

/** Where the models of an emulator's first account are. */
export const PLACE = "projects/emulated-project-1/locations/us-central1/";

/** The header of a token. */
export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
