/**
 * Seals secrets: AES-256-GCM under one key, with a fresh nonce each time, and the id of the row as
 * additional data, so that a sealed text cannot be opened in another row. A sealed text contains the id
 * of its key, so that the right key is known while keys are changed.
 *
 * @see {@link https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf}
 * @module
 */

/** Length of a sealing key, in bytes. */
export const SEAL_KEY_BYTES = 32;

/** 96 bits, which SP 800-38D section 8.2 recommends for random nonces. */
const NONCE_BYTES = 12;

/** First part of a sealed text: the version of its layout. */
const VERSION = "v2";

/** Length of a key's id, in bytes: enough that no two keys have the same one. */
const KEY_ID_BYTES = 8;

/** Hashed before a key, so that its id differs from other hashes of the key. */
const KEY_ID_PREFIX = new TextEncoder().encode("pollux sealing key\0");

/** Seals and opens texts under one key. */
export class Seal {
  /** The key's id: a digest, which reveals nothing about the key. */
  readonly keyId: string;
  readonly #key: CryptoKey;

  private constructor(keyId: string, key: CryptoKey) {
    this.keyId = keyId;
    this.#key = key;
  }

  /** Returns a seal with these 32 bytes as its key. */
  static async fromKey(bytes: Uint8Array<ArrayBuffer>): Promise<Seal> {
    const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]);
    const digest = await crypto.subtle.digest(
      "SHA-256",
      new Uint8Array([...KEY_ID_PREFIX, ...bytes]),
    );
    return new Seal(new Uint8Array(digest, 0, KEY_ID_BYTES).toHex(), key);
  }

  /**
   * Seals a text for the row of that id.
   *
   * @returns `v2.<id of the key>.<nonce>.<ciphertext and tag>`, the last two base64url without
   * padding.
   */
  async seal(text: string, rowId: string): Promise<string> {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const ciphertext = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv: nonce, additionalData: new TextEncoder().encode(rowId) },
      this.#key,
      new TextEncoder().encode(text),
    );
    return [VERSION, this.keyId, encode(nonce), encode(new Uint8Array(ciphertext))].join(".");
  }

  /**
   * Opens a sealed text.
   *
   * @returns The text; undefined if it was sealed under another key, for another row or in another
   * layout, or was modified.
   */
  async open(sealed: string, rowId: string): Promise<string | undefined> {
    const [version, keyId, nonce, ciphertext, ...rest] = sealed.split(".");
    if (version !== VERSION || keyId !== this.keyId || rest.length > 0) return undefined;
    if (!nonce || !ciphertext) return undefined;
    try {
      const text = await crypto.subtle.decrypt(
        { name: "AES-GCM", iv: decode(nonce), additionalData: new TextEncoder().encode(rowId) },
        this.#key,
        decode(ciphertext),
      );
      return new TextDecoder().decode(text);
    } catch {
      // Web Crypto deliberately gives no reason; neither do we.
      return undefined;
    }
  }
}

/** Returns the id of the key that a text was sealed under; undefined if it is not a sealed text. */
export function keyIdOf(sealed: string): string | undefined {
  const [version, keyId] = sealed.split(".");
  return version === VERSION ? keyId : undefined;
}

function encode(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" });
}
