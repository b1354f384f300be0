/**
 * Frames a streamed response as the JSON array that Google sends if the client does not request SSE.
 *
 * @module
 */
import { joinBytes } from "../../base/join_bytes.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import type { RpcError } from "../errors/rpc_error.ts";
import type { StreamWriter } from "./stream.ts";
const OPEN = utf8Bytes("[");
const BETWEEN = utf8Bytes("\n,\r\n");
const CLOSE = utf8Bytes("\n]");
const EMPTY_ARRAY = utf8Bytes("[]");
const NOTHING = new Uint8Array();

/**
 * Writes `[`, the chunks with `\n,\r\n` between them, and `\n]`.
 *
 * google-generativeai reads this character by character and raises on any byte before `[` or after
 * `]`, on a bare object, and on a response without a textual content type. It ignores an error object
 * among the chunks, but raises when the array stays open: so a failed response gets no `]`.
 */
export class JsonArrayWriter implements StreamWriter {
  readonly contentType = "application/json; charset=UTF-8";
  #started = false;
  #failed = false;

  data(json: Uint8Array): Uint8Array[] {
    const before = this.#started ? BETWEEN : OPEN;
    this.#started = true;
    return [before, json];
  }

  /** Nothing: an array has no end marker. */
  done(): Uint8Array {
    return NOTHING;
  }

  /**
   * The error as one more element, for clients that read it; the array stays open, so that the others raise.
   */
  error(error: RpcError): Uint8Array[] {
    this.#failed = true;
    return [joinBytes(this.data(utf8Bytes(JSON.stringify(error))))];
  }

  /** `\n]`; `[]` if there was no chunk; nothing after {@linkcode error}. */
  end(): Uint8Array {
    if (this.#failed) return NOTHING;
    return this.#started ? CLOSE : EMPTY_ARRAY;
  }
}
