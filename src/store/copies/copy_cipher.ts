/**
 * The encryption of copies: AES-256-GCM in chunks, with a key for each copy. A chunk's number, and whether it is the
 * last, are authenticated as additional data: a file whose chunks were reordered or cut off cannot be decrypted.
 *
 * A copy's file holds:
 *
 *     chunk…   12 bytes nonce, ciphertext, 16 bytes tag; all but the last of CHUNK_BYTES
 *     trailer  sealed text: the key, and the name and properties of the file
 *     length   4 bytes, big-endian: that of the trailer
 *
 * @see {@link https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf}
 * @module
 */
import * as z from "zod";
import { joinBytes } from "../../base/join_bytes.ts";

/** Bytes of the file in a chunk; the last chunk has fewer, or none. */
export const CHUNK_BYTES = 64 * 1024;

const NONCE_BYTES = 12;

/** Bytes of a chunk besides those of the file: nonce and tag. */
export const CHUNK_EXTRA = NONCE_BYTES + 16;

/** Bytes of the trailer's length. */
export const LENGTH_BYTES = 4;

const KEY_BYTES = 32;

/** The purpose that the trailer is sealed for; see {@linkcode Sealer}. */
export const TRAILER_PURPOSE = "copy";

/** The content of the trailer. */
export const TRAILER = z.object({
  key: z.base64(),
  bytes: z.number().int().nonnegative(),
  name: z.string(),
  mimeType: z.string(),
  displayName: z.string(),
  callerId: z.string(),
  untilMs: z.number(),
});

/** Where a chunk is. */
interface ChunkPlace {
  readonly number: number;
  readonly isLast: boolean;
}

/** Encrypts and decrypts the chunks of one copy. */
export class CopyCipher {
  readonly #key: CryptoKey;

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  /** @param key Its key, in base64. */
  static async of(key: string): Promise<CopyCipher> {
    const bytes = Uint8Array.fromBase64(key);
    const usages: KeyUsage[] = ["encrypt", "decrypt"];
    return new CopyCipher(await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, usages));
  }

  /** Returns a new key, in base64. */
  static newKey(): string {
    return crypto.getRandomValues(new Uint8Array(KEY_BYTES)).toBase64();
  }

  /** Returns a chunk for the file. The nonce is random, since a chunk may be written twice. */
  async encrypt(bytes: Uint8Array<ArrayBuffer>, place: ChunkPlace): Promise<Uint8Array> {
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const sealed = await crypto.subtle.encrypt(paramsOf(iv, place), this.#key, bytes);
    return joinBytes([iv, new Uint8Array(sealed)]);
  }

  /** @throws If the chunk is not the one that was written at this place. */
  async decrypt(
    chunk: Uint8Array<ArrayBuffer>,
    place: ChunkPlace,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const params = paramsOf(chunk.subarray(0, NONCE_BYTES), place);
    const rest = chunk.subarray(NONCE_BYTES);
    return new Uint8Array(await crypto.subtle.decrypt(params, this.#key, rest));
  }
}

function paramsOf(iv: Uint8Array<ArrayBuffer>, { number, isLast }: ChunkPlace): AesGcmParams {
  const additionalData = new Uint8Array(9);
  new DataView(additionalData.buffer).setBigUint64(0, BigInt(number));
  additionalData[8] = Number(isLast);
  return { name: "AES-GCM", iv, additionalData };
}
