/**
 * Finds the media in a `multipart/related` body of two parts, metadata and media, while it arrives.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc2387}
 * @module
 */
import { Buffer } from "node:buffer";
import { utf8Bytes } from "../../base/text/text.ts";

/** Most bytes before the media. */
const MOST_BEFORE = 64 * 1024;

/** End of a part's headers. */
const HEADERS_END = utf8Bytes("\r\n\r\n");

/** The boundary in a Content-Type; undefined if it is not `multipart/related` with one. */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^multipart\/related\b/i.test(contentType)) return undefined;
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ??
    [];
  return quoted ?? bare;
}

/** The media of one body. */
export class RelatedMedia {
  readonly #onMedia: (bytes: Uint8Array) => void;
  readonly #delimiter: Uint8Array;
  /** The marks that were not found yet, in order; the last one ends the media. */
  readonly #marks: Uint8Array[];
  #held: Buffer = Buffer.from("\r\n");
  #before = 0;
  #isBroken = false;

  /** @param onMedia Gets the media's bytes, which do not change afterwards. */
  constructor(boundary: string, onMedia: (bytes: Uint8Array) => void) {
    this.#delimiter = utf8Bytes(`\r\n--${boundary}`);
    this.#marks = [this.#delimiter, this.#delimiter, HEADERS_END, this.#delimiter];
    this.#onMedia = onMedia;
  }

  /** Whether the media is complete. */
  get isComplete(): boolean {
    return this.#marks.length === 0;
  }

  /** Reads the next bytes of the body. */
  push(piece: Uint8Array): void {
    if (this.#isBroken || this.isComplete) return;
    if (this.#marks.length > 1) this.#before += piece.length;
    this.#held = this.#held.length === 0
      ? Buffer.from(piece.buffer, piece.byteOffset, piece.length)
      : Buffer.concat([this.#held, piece]);
    while (this.#find());
    if (this.#marks.length > 1 && this.#before > MOST_BEFORE + piece.length) this.#isBroken = true;
  }

  /** Looks for the next mark; returns whether it was found. */
  #find(): boolean {
    const [mark, ...others] = this.#marks;
    if (mark === undefined) return false;
    const found = this.#held.indexOf(mark);
    // The mark can be split between two pieces.
    const end = found >= 0 ? found : Math.max(0, this.#held.length - mark.length);
    if (others.length === 0 && end > 0) this.#onMedia(this.#held.subarray(0, end));
    this.#held = this.#held.subarray(found >= 0 ? found + mark.length : end);
    if (found >= 0) this.#marks.shift();
    return found >= 0;
  }
}
