/**
 * Keys that requests show, and their comparison.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";

/** A key that is known by its digest alone. */
export class KeyDigest {
  /** Digests are equally long, so that nothing leaks through the time that their comparison takes. */
  readonly #digest: Uint8Array;

  /** @param key Not empty. */
  constructor(key: string) {
    this.#digest = sha256(key);
  }

  /** Whether it is that key; in constant time. */
  matches(key: string): boolean {
    return timingSafeEqual(sha256(key), this.#digest);
  }
}

/**
 * The key that a request shows in `x-goog-api-key`, `Authorization: Bearer` or `x-api-key`, the first
 * that is not empty; empty where there is none.
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
