/**
 * Reads the bytes of a request body, into a buffer of the caller if Deno supports that.
 *
 * @module
 */
import { ignore } from "../../base/ignore.ts";

/** Requests with `Expect: 100-continue` whose body was read, so that Deno has sent "100 Continue". */
const asked = new WeakSet<Request>();

/**
 * Whether a request's client still waits for "100 Continue" before it sends its body. Deno sends that as
 * soon as the body is accessed in any way, even through `bodyUsed`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1} Expect
 */
export function waitsToSend(request: Request): boolean {
  return request.headers.has("expect") && !asked.has(request);
}

/** The result of a read. Without a value there is nothing more to read, since the reader was cancelled. */
export interface BodyRead {
  readonly done: boolean;
  readonly value?: Uint8Array<ArrayBuffer> | undefined;
}

/** The only reader of a request body. */
export class BodyReader {
  /** If a body arrived with its headers, Deno 2.9 has the bytes in memory: a default reader returns them. */
  readonly #reader: ReadableStreamBYOBReader | ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  /** Whether bytes are read into the buffer that is passed to {@linkcode read}. */
  readonly fillsRoom: boolean;

  private constructor(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
    const byob = byobReader(body);
    this.fillsRoom = byob !== undefined;
    this.#reader = byob ?? body.getReader();
  }

  /** Creates a reader of the unread part of a request's body; undefined if there is no body or it was read. */
  static of(request: Request): BodyReader | undefined {
    if (request.headers.has("expect")) asked.add(request);
    const { body } = request;
    return body === null || body.locked ? undefined : new BodyReader(body);
  }

  /**
   * Reads the next bytes.
   *
   * @param room Where to put them, at least one byte. With {@linkcode fillsRoom} its whole buffer is
   * transferred, and returned as the buffer of the value; at the end of the body as well, where the value is
   * empty. Otherwise it is not changed.
   * @throws If the client aborts the request.
   */
  read(room: Uint8Array<ArrayBuffer>): Promise<BodyRead> {
    const reader = this.#reader;
    return reader instanceof ReadableStreamBYOBReader ? reader.read(room) : reader.read();
  }

  /** Stops reading, and ends a pending read; the connection is closed after the response. */
  cancel(): void {
    this.#reader.cancel().catch(ignore);
  }

  /** Releases the body for another reader. A pending read rejects. */
  release(): void {
    this.#reader.releaseLock();
  }
}

function byobReader(body: ReadableStream): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: "byob" });
  } catch {
    return undefined;
  }
}
