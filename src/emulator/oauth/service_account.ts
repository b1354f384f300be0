/**
 * Service accounts: their keys in the format of the Google Cloud console, and the assertions that they
 * sign (RFC 7523).
 *
 * @see {@link https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests}
 * @module
 */
import { Buffer } from "node:buffer";
import { generateKeyPairSync, type KeyPairSyncResult, verify } from "node:crypto";
import { type JsonObject, parsedObject } from "../../base/json.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import { numberAt, textAt } from "../json.ts";

/** The key of a service account, whose `token_uri` is the emulator's. */
export interface ServiceAccountFile {
  readonly type: "service_account";
  readonly project_id: string;
  readonly private_key_id: string;
  /** PKCS #8 in PEM. */
  readonly private_key: string;
  readonly client_email: string;
  readonly client_id: string;
  readonly auth_uri: string;
  readonly token_uri: string;
  readonly auth_provider_x509_cert_url: string;
  readonly client_x509_cert_url: string;
  readonly universe_domain: string;
}

/** Google's data of a service account. */
export interface ServiceAccountIdentity {
  readonly keyId: string;
  /** In PEM. */
  readonly publicKey: string;
}

/** A parsed assertion that is not verified yet. */
export interface Assertion {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  /** The signed text. */
  readonly input: string;
  readonly signature: Uint8Array;
}

/** Longest lifetime of an assertion, in seconds. */
const MOST_SECONDS = 3600;

/** Generating a key takes 0.1 s, so the accounts of all emulators in a process share their keys. */
const keyPairs = new Map<number, KeyPairSyncResult<string, string>>();

/**
 * Makes a service account.
 *
 * @param number Distinguishes it, and its key, from others of the same emulator.
 */
export function makeServiceAccount(
  number: number,
  of: { readonly email: string; readonly project: string; readonly tokenUri: string },
): { readonly file: ServiceAccountFile; readonly identity: ServiceAccountIdentity } {
  const { privateKey, publicKey } = keyPair(number);
  const keyId = `emulated-private-key-${number}`;
  const certificates = "https://www.googleapis.com";
  return {
    identity: { keyId, publicKey },
    file: {
      type: "service_account",
      project_id: of.project,
      private_key_id: keyId,
      private_key: privateKey,
      client_email: of.email,
      client_id: String(100_000_000_000_000_000_000n + BigInt(number)),
      auth_uri: "https://accounts.google.com/o/oauth2/auth",
      token_uri: of.tokenUri,
      auth_provider_x509_cert_url: `${certificates}/oauth2/v1/certs`,
      client_x509_cert_url: `${certificates}/robot/v1/metadata/x509/${
        encodeURIComponent(of.email)
      }`,
      universe_domain: "googleapis.com",
    },
  };
}

/** Parses a JWT; undefined if it is not one. */
export function readAssertion(jwt: string): Assertion | undefined {
  const [header = "", claims = "", signature = "", ...rest] = jwt.split(".");
  const [readHeader, readClaims] = [header, claims].map((part) =>
    parsedObject(Buffer.from(part, "base64url"))
  );
  if (readHeader === undefined || readClaims === undefined || rest.length > 0) return undefined;
  return {
    header: readHeader,
    claims: readClaims,
    input: `${header}.${claims}`,
    signature: Buffer.from(signature, "base64url"),
  };
}

/**
 * Checks an assertion.
 *
 * @param at `audience`: the token endpoint; `now`: in ms.
 * @returns `error` and `description` of the refusal; undefined for a valid assertion.
 */
export function assertionFault(
  { header, claims, input, signature }: Assertion,
  at: ServiceAccountIdentity & { readonly audience: string; readonly now: number },
): { readonly error: string; readonly description: string } | undefined {
  // Without a key id Google tries each key of the account.
  const isKeys = (textAt(header, "kid") ?? at.keyId) === at.keyId;
  const known = textAt(header, "alg") === "RS256" && isKeys;
  if (!known || !verify("RSA-SHA256", utf8Bytes(input), at.publicKey, signature)) {
    return { error: "invalid_grant", description: "Invalid JWT Signature." };
  }
  const [from, to] = [numberAt(claims, "iat") ?? 0, numberAt(claims, "exp") ?? 0];
  const seconds = at.now / 1000;
  if (from > seconds || to <= seconds || to - from > MOST_SECONDS) {
    return {
      error: "invalid_grant",
      description: "Invalid JWT: Token must be a short-lived token (60 minutes) and in a " +
        "reasonable timeframe. Check your iat and exp values in the JWT claim.",
    };
  }
  if (textAt(claims, "aud") !== at.audience) {
    return {
      error: "invalid_grant",
      description: `Invalid JWT: Failed audience check. The right audience is ${at.audience}`,
    };
  }
  const scopes = (textAt(claims, "scope") ?? "").split(" ");
  if (!scopes.includes("https://www.googleapis.com/auth/cloud-platform")) {
    return {
      error: "invalid_scope",
      description: "Invalid OAuth scope or ID token audience provided.",
    };
  }
  return undefined;
}

function keyPair(number: number): KeyPairSyncResult<string, string> {
  const known = keyPairs.get(number);
  if (known !== undefined) return known;
  const made = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  keyPairs.set(number, made);
  return made;
}
