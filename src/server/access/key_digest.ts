/**
 * Reads and compares the keys of requests.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";

/** A key of which only the digest is kept. */
export class KeyDigest {
  /** Digests have equal lengths, so the time of a comparison reveals nothing about the key. */
  readonly #digest: Uint8Array;

  /** @param key Not empty. */
  constructor(key: string) {
    this.#digest = sha256(key);
  }

  /** In hexadecimal. */
  get hex(): string {
    return this.#digest.toHex();
  }

  /** Whether a key is equal to this one; in constant time. */
  matches(key: string): boolean {
    return timingSafeEqual(sha256(key), this.#digest);
  }
}

/**
 * The key of a request from `x-goog-api-key`, `Authorization: Bearer` or `x-api-key`, the first that is not
 * empty; an empty string if there is none.
 */
export function keyInHeaders({ headers }: Request): string {
  const google = headers.get("x-goog-api-key");
  if (google) return google;
  const bearer = /^Bearer +(.*)$/is.exec(headers.get("authorization") ?? "")?.[1];
  return bearer || headers.get("x-api-key") || "";
}

function sha256(text: string) {
  return createHash("sha256").update(text).digest();
}
