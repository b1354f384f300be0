/**
 * The bytes of an upload: their number and SHA-256, and the bytes themselves up to a limit, so that an
 * upload of a GiB needs little memory.
 *
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import { joinBytes } from "../../base/join_bytes.ts";

/** A state that {@linkcode StoredBytes.restore} returns to. */
export interface Checkpoint {
  readonly length: number;
  readonly hash: Hash;
  readonly pieces: number;
}

/** The bytes received for one file. */
export class StoredBytes {
  readonly #limit: number;
  #hash = createHash("sha256");
  #length = 0;
  #pieces: Uint8Array[] | undefined = [];

  /** @param limit Most bytes that are kept; no bytes of a longer file are kept. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Number of bytes written. */
  get length(): number {
    return this.#length;
  }

  /** The bytes; undefined if there are more than the limit. */
  get bytes(): Uint8Array | undefined {
    return this.#pieces === undefined ? undefined : joinBytes(this.#pieces);
  }

  /** Number of bytes that are kept. */
  get keptLength(): number {
    return this.#pieces === undefined ? 0 : this.#length;
  }

  /** SHA-256 in hexadecimal. */
  get sha256(): string {
    return this.#hash.copy().digest("hex");
  }

  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#length += bytes.length;
    if (this.#length > this.#limit) this.#pieces = undefined;
    else this.#pieces?.push(new Uint8Array(bytes));
  }

  /** Discards the bytes and keeps their number and digest. */
  drop(): void {
    this.#pieces = undefined;
  }

  checkpoint(): Checkpoint {
    const pieces = this.#pieces?.length ?? 0;
    return { length: this.#length, hash: this.#hash.copy(), pieces };
  }

  /** Discards what was written after a checkpoint. */
  restore({ length, hash, pieces }: Checkpoint): void {
    this.#length = length;
    this.#hash = hash.copy();
    if (this.#pieces !== undefined) this.#pieces.length = pieces;
  }
}
