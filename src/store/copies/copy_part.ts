/**
 * Writes a copy while its file is uploaded. The queue of bytes for the disk is bounded: if the disk is too slow or
 * fails, the copy is discarded.
 *
 * @module
 */
import type { CopyFacts, CopyWriter } from "../../base/stored/copies.ts";
import type { Sealer } from "../../base/stored/sealer.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import {
  CHUNK_BYTES,
  CHUNK_EXTRA,
  CopyCipher,
  LENGTH_BYTES,
  TRAILER_PURPOSE,
} from "./copy_cipher.ts";

/** Most bytes of one copy that wait for the disk. */
const MOST_WAITING = 16 * 1024 * 1024;

/** The operations of a file that a copy uses. */
export type PartFile = Pick<Deno.FsFile, "write" | "truncate" | "seek" | "close">;

/** The options of a {@linkcode CopyPart}. */
export interface CopyPartOptions {
  /** Creates the file. */
  readonly create: () => Promise<PartFile>;
  readonly sealer: Sealer;
  /** Called with the copy's new length before each write; returns whether there is room for it. */
  readonly hasRoom: (length: number) => boolean;
  /** Called once, when the file is closed, with the reason if the copy could not be written. */
  readonly onEnd: (end: "complete" | "given up", error?: unknown) => void;
}

/** A pending operation on the file: write bytes, cut, or finish. */
type Step = Uint8Array | { readonly cutAt: number } | { readonly facts: CopyFacts };

/** A copy that is being written. */
export class CopyPart implements CopyWriter {
  readonly #options: CopyPartOptions;
  readonly #key = CopyCipher.newKey();
  readonly #steps: Step[] = [];
  readonly #tail = new Uint8Array(CHUNK_BYTES);
  #tailLength = 0;
  /** Number of chunks in the file. */
  #chunks = 0;
  #waiting = 0;
  #length = 0;
  #isComplete = false;
  #isGivenUp = false;
  #running: Promise<void> | undefined;
  #hasEnded = false;
  #file: PartFile | undefined;
  #cipher: CopyCipher | undefined;

  constructor(options: CopyPartOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#length;
  }

  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  write(piece: Uint8Array): void {
    if (this.#isComplete || this.#isGivenUp) return;
    this.#length += piece.length;
    this.#waiting += piece.length;
    if (this.#waiting > MOST_WAITING || !this.#options.hasRoom(this.#length)) this.giveUp();
    else this.#do(piece);
  }

  cut(at: number): void {
    if (this.#isComplete || this.#isGivenUp || at === this.#length) return;
    if (at > this.#length || at % CHUNK_BYTES !== 0) return this.giveUp();
    this.#length = at;
    this.#do({ cutAt: at });
  }

  commit(facts: CopyFacts): void {
    if (this.#isComplete || this.#isGivenUp) return;
    this.#isComplete = true;
    this.#do({ facts });
  }

  giveUp(): void {
    if (this.#isComplete || this.#isGivenUp) return;
    this.#abandon();
    this.#running ??= this.#run();
  }

  /** Resolves when no operation is pending. */
  async settled(): Promise<void> {
    await this.#running;
  }

  #do(step: Step): void {
    this.#steps.push(step);
    this.#running ??= this.#run();
  }

  #abandon(): void {
    this.#isGivenUp = true;
    this.#steps.length = 0;
  }

  async #run(): Promise<void> {
    let problem: unknown;
    try {
      let step: Step | undefined;
      while ((step = this.#steps.shift()) !== undefined) await this.#take(step);
    } catch (error) {
      problem = error;
      this.#abandon();
    }
    this.#running = undefined;
    if (this.#hasEnded || !(this.#isGivenUp || this.#isComplete)) return;
    this.#hasEnded = true;
    this.#file?.close();
    this.#options.onEnd(this.#isGivenUp ? "given up" : "complete", problem);
  }

  async #take(step: Step): Promise<void> {
    this.#cipher ??= await CopyCipher.of(this.#key);
    this.#file ??= await this.#options.create();
    if (step instanceof Uint8Array) {
      await this.#append(step);
      this.#waiting -= step.length;
    } else if ("cutAt" in step) await this.#cut(step.cutAt);
    else await this.#finish(step.facts);
  }

  async #append(piece: Uint8Array): Promise<void> {
    for (let at = 0; at < piece.length;) {
      const some = piece.subarray(at, at + CHUNK_BYTES - this.#tailLength);
      this.#tail.set(some, this.#tailLength);
      this.#tailLength += some.length;
      at += some.length;
      if (this.#tailLength === CHUNK_BYTES) await this.#writeChunk({ isLast: false });
    }
  }

  async #writeChunk({ isLast }: { readonly isLast: boolean }): Promise<void> {
    const place = { number: this.#chunks, isLast };
    const chunk = await this.#cipher?.encrypt(this.#tail.slice(0, this.#tailLength), place);
    this.#chunks++;
    this.#tailLength = 0;
    if (chunk !== undefined) await this.#writeAll(chunk);
  }

  async #cut(at: number): Promise<void> {
    this.#chunks = at / CHUNK_BYTES;
    this.#tailLength = 0;
    const place = this.#chunks * (CHUNK_BYTES + CHUNK_EXTRA);
    await this.#file?.truncate(place);
    await this.#file?.seek(place, Deno.SeekMode.Start);
  }

  async #finish(facts: CopyFacts): Promise<void> {
    await this.#writeChunk({ isLast: true });
    const trailer = JSON.stringify({ ...facts, key: this.#key, bytes: this.#length });
    const sealed = utf8Bytes(await this.#options.sealer.seal(trailer, TRAILER_PURPOSE));
    const length = new DataView(new ArrayBuffer(LENGTH_BYTES));
    length.setUint32(0, sealed.length);
    await this.#writeAll(sealed);
    await this.#writeAll(new Uint8Array(length.buffer));
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#file?.write(bytes.subarray(at)) ?? 0;
  }
}
