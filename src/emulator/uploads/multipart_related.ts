/**
 * Reads a `multipart/related` body of two parts, metadata and media, piece by piece: only the metadata
 * is held.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc2387}
 * @module
 */
import { Buffer } from "node:buffer";
import { utf8Bytes, utf8Text } from "../../base/text/text.ts";

/** Longest metadata, headers of both parts included, in bytes. */
const MOST_METADATA = 64 * 1024;

/** What is known before the media arrives. */
export interface RelatedHead {
  /** The body of the first part. */
  readonly text: string;
  /** Content-Type of the second part. */
  readonly mediaType: string | undefined;
}

/** Returns the boundary of a Content-Type, or undefined if it is not `multipart/related` with one. */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^multipart\/related\b/i.test(contentType)) return undefined;
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ??
    [];
  return quoted ?? bare;
}

/** A body in two parts. */
export class MultipartRelated {
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #delimiter: Uint8Array;
  #held: Buffer = Buffer.from("\r\n");
  #ended = false;

  constructor(bytes: AsyncIterable<Uint8Array>, boundary: string) {
    this.#pieces = bytes[Symbol.asyncIterator]();
    this.#delimiter = utf8Bytes(`\r\n--${boundary}`);
  }

  /** Reads up to the media; undefined if the body is not of that form. */
  async head(): Promise<RelatedHead | undefined> {
    const preamble = await this.#until(this.#delimiter);
    const first = await this.#headers();
    const metadata = await this.#until(this.#delimiter);
    const second = await this.#headers();
    if ([preamble, first, metadata, second].includes(undefined)) return undefined;
    const mediaType = /^content-type:\s*(\S[^\r\n]*)/im.exec(second ?? "")?.[1]?.trim();
    return { text: metadata ?? "", mediaType };
  }

  /** Reads the media; throws if the body ends before its last delimiter. */
  async *media(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const found = this.#held.indexOf(this.#delimiter);
      // The delimiter can be split between two pieces: bytes that may be its beginning are held back.
      const end = found >= 0 ? found : Math.max(0, this.#held.length - this.#delimiter.length);
      if (end > 0) yield this.#held.subarray(0, end);
      this.#held = this.#held.subarray(end);
      if (found >= 0) break;
      if (!await this.#more()) throw new Error("The body ends before its last delimiter");
    }
    while (await this.#more()) this.#held = Buffer.alloc(0);
  }

  /** Reads the rest of a delimiter's line and the headers of a part. */
  async #headers(): Promise<string | undefined> {
    const text = await this.#until(utf8Bytes("\r\n\r\n"));
    return text?.startsWith("--") ? undefined : text;
  }

  async #until(mark: Uint8Array): Promise<string | undefined> {
    for (;;) {
      const found = this.#held.indexOf(mark);
      if (found >= 0) {
        const text = utf8Text(this.#held.subarray(0, found));
        this.#held = this.#held.subarray(found + mark.length);
        return text;
      }
      if (this.#held.length > MOST_METADATA || !await this.#more()) return undefined;
    }
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    const { done, value } = await this.#pieces.next();
    this.#ended = done === true;
    if (value !== undefined) this.#held = Buffer.concat([this.#held, value]);
    return !this.#ended;
  }
}
