/**
 * Reads the bytes of a request body, into the reader's own memory where Deno does that.
 *
 * @module
 */
import { ignore } from "../../base/ignore.ts";

/** Requests whose client asked whether to send a body, and was told to by reading it. */
const asked = new WeakSet<Request>();

/**
 * Whether a request's client still waits to be told whether to send its body. Looking for the body in
 * any way, even through `bodyUsed`, makes Deno tell it to.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1} Expect
 */
export function waitsToSend(request: Request): boolean {
  return request.headers.has("expect") && !asked.has(request);
}

/** What was read. Without a value nothing is left to read, since the reader was cancelled. */
export interface BodyRead {
  readonly done: boolean;
  readonly value?: Uint8Array<ArrayBuffer> | undefined;
}

/** A body that nobody else reads. */
export class BodyReader {
  /** Deno 2.9 has a body that came with its head in memory already: then it gives that. */
  readonly #reader: ReadableStreamBYOBReader | ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  /** Whether bytes are read into the room that is given. */
  readonly fillsRoom: boolean;

  private constructor(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
    const byob = byobReader(body);
    this.fillsRoom = byob !== undefined;
    this.#reader = byob ?? body.getReader();
  }

  /** A reader of what is left of a request's body; undefined for one that is read already, or none. */
  static of(request: Request): BodyReader | undefined {
    if (request.headers.has("expect")) asked.add(request);
    const { body } = request;
    return body === null || body.locked ? undefined : new BodyReader(body);
  }

  /**
   * The next bytes.
   *
   * @param room Where to put them, at least one byte. With {@linkcode fillsRoom} its whole buffer is
   * taken away, and given back as the buffer of the value, at the end of the body, too, where the value is
   * empty; else it is left alone.
   * @throws When the client breaks off.
   */
  read(room: Uint8Array<ArrayBuffer>): Promise<BodyRead> {
    const reader = this.#reader;
    return reader instanceof ReadableStreamBYOBReader ? reader.read(room) : reader.read();
  }

  /** Ends a read that waits, too; the connection is closed after the response. */
  cancel(): void {
    this.#reader.cancel().catch(ignore);
  }

  /** Lets somebody else read the rest. A read that waits rejects. */
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
