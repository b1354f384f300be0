/**
 * Sealing of secrets: AES-256-GCM under one key, a fresh nonce each time, and the id of the row bound
 * in, so that a sealed text moved to another row does not open. A sealed text names its key, so that
 * nobody has to guess while one key takes the place of another.
 *
 * @see {@link https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf}
 * @module
 */

/** Length of a sealing key, in bytes. */
export const SEAL_KEY_BYTES = 32;

/** 96 bits, which SP 800-38D section 8.2 recommends for random nonces. */
const NONCE_BYTES = 12;

/** First part of a sealed text: the layout of the rest. */
const VERSION = "v2";

/** Length of a key's name, in bytes: enough that two keys never share one. */
const KEY_ID_BYTES = 8;

/** Hashed before a key, so that its name is of no use anywhere else. */
const KEY_ID_PREFIX = new TextEncoder().encode("pollux sealing key\0");

/** Seals and opens texts under one key. */
export class Seal {
  /** The key's name: a digest of it, which gives nothing of it away. */
  readonly keyId: string;
  readonly #key: CryptoKey;

  private constructor(keyId: string, key: CryptoKey) {
    this.keyId = keyId;
    this.#key = key;
  }

  /** A seal under these 32 bytes. */
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
   * @returns `v2.<name of the key>.<nonce>.<ciphertext and tag>`, the last two base64url without
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
   * @returns The text; undefined when it was sealed under another key, for another row or in another
   * layout, or was changed since.
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
      // Web Crypto tells no reason apart on purpose; neither do we.
      return undefined;
    }
  }
}

/** The name of the key that a text was sealed under; undefined when it is no sealed text. */
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
