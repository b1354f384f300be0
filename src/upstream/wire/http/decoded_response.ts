/**
 * Decompresses responses that were compressed without being requested so.
 *
 * Uses Node's decompressors, because the Web's support neither zstd nor gzip with several members, and inflate
 * each piece completely: here 16 KiB are inflated at a time, and only as needed.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-8.4}
 * @module
 */
import type { Transform } from "node:stream";
import { delay } from "../../../base/delay.ts";
import type { HttpResponse } from "../connections.ts";

type Decompressor = (firstByte: number) => Promise<Transform>;

/** Most nested codings of a response. */
const MOST_CODINGS = 2;

/** Yields to the event loop after this many decompressed bytes: some milliseconds. */
const TURN_BYTES = 1024 * 1024;

// Loaded on first use, which is rare, so that the gateway starts faster.
const zlib = () => import("node:zlib");

async function gunzip(): Promise<Transform> {
  return (await zlib()).createGunzip();
}

const DECOMPRESSORS: Readonly<Record<string, Decompressor | undefined>> = {
  "gzip": gunzip,
  "x-gzip": gunzip,
  "br": async () => (await zlib()).createBrotliDecompress(),
  "zstd": async () => (await zlib()).createZstdDecompress(),
  // Some servers omit the zlib header, whose first four bits are 8 (RFC 1950 section 2.2).
  "deflate": async (firstByte) =>
    (firstByte & 0x0f) === 8 ? (await zlib()).createInflate() : (await zlib()).createInflateRaw(),
};

/**
 * The response with its body decompressed.
 *
 * @throws {Error} When the encoding is unknown; the response is then cancelled.
 */
export async function decodedResponse(response: HttpResponse): Promise<HttpResponse> {
  const codings = (response.header("content-encoding") ?? "").toLowerCase().split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  let decoded = response;
  for (const coding of codings.reverse()) {
    const decompressor = DECOMPRESSORS[coding];
    if (decompressor === undefined || codings.length > MOST_CODINGS) {
      await response.cancel();
      throw new Error(`the response is encoded in "${codings.reverse().join(", ")}"`);
    }
    decoded = new DecodedResponse(decoded, decompressor);
  }
  return decoded;
}

/** Headers that describe the encoded body. */
const OF_ENCODED_BODY = ["content-encoding", "content-length"];

class DecodedResponse implements HttpResponse {
  readonly headers: HttpResponse["headers"];
  readonly #response: HttpResponse;
  readonly #pieces: AsyncGenerator<Uint8Array, undefined>;
  #transform: Transform | undefined;
  #isCancelled = false;

  constructor(response: HttpResponse, decompressor: Decompressor) {
    this.#response = response;
    this.headers = response.headers.filter(([name]) => !OF_ENCODED_BODY.includes(name));
    this.#pieces = this.#decompress(decompressor);
  }

  get status(): number {
    return this.#response.status;
  }

  get isFramed(): boolean {
    return this.#response.isFramed;
  }

  header(name: string): string | undefined {
    return this.headers.find(([known]) => known === name)?.[1];
  }

  async read(): Promise<Uint8Array | undefined> {
    try {
      return (await this.#pieces.next()).value;
    } catch (error) {
      if (this.#isCancelled) return undefined;
      throw error;
    }
  }

  async cancel(): Promise<void> {
    this.#isCancelled = true;
    await this.#response.cancel();
    this.#transform?.destroy();
  }

  async *#decompress(make: Decompressor): AsyncGenerator<Uint8Array, undefined> {
    const first = await this.#response.read();
    // A response without content, as with status 204, is not compressed.
    if (first === undefined) return undefined;
    const transform = this.#transform = await make(first[0] ?? 0);
    const fed = this.#feed(transform, first);
    let sinceTurn = 0;
    try {
      for await (const piece of transform) {
        if (!(piece instanceof Uint8Array)) continue;
        // As a Uint8Array, without copying Node's buffer.
        yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
        // A transform with much buffered input does not yield while it is read.
        sinceTurn += piece.length;
        if (sinceTurn < TURN_BYTES) continue;
        sinceTurn = 0;
        await delay();
      }
    } catch (error) {
      await this.#response.cancel();
      throw error;
    } finally {
      transform.destroy();
      await fed;
    }
    return undefined;
  }

  /** Never rejects: an error of reading makes the transform fail. */
  async #feed(transform: Transform, first: Uint8Array): Promise<void> {
    try {
      for (
        let next: Uint8Array | undefined = first;
        next !== undefined && !transform.destroyed;
        next = await this.#response.read()
      ) {
        await written(transform, next);
      }
      transform.end();
    } catch (error) {
      transform.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** Resolves when a transform has accepted the bytes, or has ended. */
function written(transform: Transform, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => transform.write(bytes, () => resolve()));
}
