/**
 * Sealing of secrets: AES-256-GCM under one key, a fresh nonce each time, and the id of the row bound
 * in, so that a sealed text moved to another row does not open.
 *
 * @see {@link https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf}
 * @module
 */

/** Length of a sealing key, in bytes. */
export const SEAL_KEY_BYTES = 32;

/** 96 bits, which SP 800-38D section 8.2 recommends for random nonces. */
const NONCE_BYTES = 12;

/** First part of a sealed text: the layout of the rest. */
const VERSION = "v1";

/** Seals and opens texts under one key. */
export class Seal {
  readonly #key: CryptoKey;

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  /** A seal under these 32 bytes. */
  static async fromKey(bytes: Uint8Array<ArrayBuffer>): Promise<Seal> {
    const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]);
    return new Seal(key);
  }

  /**
   * Seals a text for the row of that id.
   *
   * @returns `v1.<nonce>.<ciphertext and tag>`, both parts base64url without padding.
   */
  async seal(text: string, rowId: string): Promise<string> {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const ciphertext = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv: nonce, additionalData: new TextEncoder().encode(rowId) },
      this.#key,
      new TextEncoder().encode(text),
    );
    return `${VERSION}.${encode(nonce)}.${encode(new Uint8Array(ciphertext))}`;
  }

  /**
   * Opens a sealed text.
   *
   * @returns The text; undefined when it was sealed under another key, for another row or in another
   * layout, or was changed since.
   */
  async open(sealed: string, rowId: string): Promise<string | undefined> {
    const [version, nonce, ciphertext, ...rest] = sealed.split(".");
    if (version !== VERSION || !nonce || !ciphertext || rest.length > 0) return undefined;
    try {
      const text = await crypto.subtle.decrypt(
        { name: "AES-GCM", iv: decode(nonce), additionalData: new TextEncoder().encode(rowId) },
        this.#key,
        decode(ciphertext),
      );
      return new TextDecoder().decode(text);
    } catch {
      // Web Crypto tells no reason apart on purpose; neither do we.
      return undefined;
    }
  }
}

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
