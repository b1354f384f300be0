/**
 * One HTTP/1.1 connection, which carries requests one after another.
 *
 * @module
 */
import { parseResponseHead, type ResponseHead } from "./http/response_head.ts";
import type { HttpResponse } from "./connections.ts";
import { DeadConnection } from "./dead_connection.ts";
import { decodedResponse } from "./http/decoded_response.ts";
import { DirectResponse } from "./http/direct_response.ts";
import type { Origin } from "./tcp/origin.ts";
import type { Stream } from "./tcp/stream.ts";
import { RequestBodyError, StreamedBody } from "./http/streamed_body.ts";
import { type BodySink, writeBody } from "./http/write_body.ts";

/** How much is read at once, in bytes. */
const BUFFER_BYTES = 8 * 1024;

/** Largest head of a response, in bytes. */
const MOST_HEAD_BYTES = 64 * 1024;

/** Most 1xx responses before the final one. */
const MOST_NOTICES = 16;

/** Up to this size, in bytes, a body is sent with its head in one write. */
const SMALL_BODY = 16 * 1024;

const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const BEYOND_ASCII = /[\u0080-\uffff]/;

/** A serialized request. */
export interface WireRequest {
  /** Its head, with the empty line at the end; ASCII. */
  readonly head: string;
  readonly body: Uint8Array | StreamedBody | undefined;
  /** Whether its response has no body, regardless of its headers. */
  readonly isHeadOnly: boolean;
  readonly signal: AbortSignal;
}

/** The owner of a connection: its pool. */
export interface ConnectionOwner {
  /** The connection can carry another request. */
  onFree(connection: Connection): void;
  /** The connection was closed, by either side. */
  onClosed(connection: Connection): void;
  /** The connection ended unexpectedly, in use or idle, and not by this side. */
  onDeath(connection: Connection): void;
}

/** A connection. It reads even while it is idle, so that it notices at once when the server closes it. */
export class Connection {
  /** The server at its other end. */
  readonly origin: Origin;
  /** Orders connections by when they were last known to be alive; set by the pool. */
  usedAt = 0;
  readonly #stream: Stream;
  readonly #owner: ConnectionOwner;
  /** Larger than {@linkcode BUFFER_BYTES} only while a response with a large head is read. */
  #buffer = new Uint8Array(BUFFER_BYTES);
  /** The start of the unread bytes in the buffer. */
  #start = 0;
  #end = 0;
  /** The pending read, if there is one. */
  #reading: Promise<number | null> | undefined;
  #isIdle = false;
  #isClosed = false;
  /** Whether the connection has ended: the other side closed it, or it failed. */
  #hasEnded = false;
  #isWritten = true;
  /** The pending or completed write; resolves to whether it is certain that no byte of the request was sent. */
  #writing: Promise<boolean> | undefined;
  /** The body that is being written, if it is a stream. */
  #body: StreamedBody | undefined;
  /** Why the body can't be sent. */
  #bodyError: RequestBodyError | undefined;
  /** Whether any byte arrived since the request was sent. */
  #hasResponse = false;
  #signal: AbortSignal | undefined;

  constructor(
    stream: Stream,
    { origin, owner }: { readonly origin: Origin; readonly owner: ConnectionOwner },
  ) {
    this.#stream = stream;
    this.origin = origin;
    this.#owner = owner;
  }

  /** Becomes idle, and no longer keeps the process alive. */
  idle(): void {
    this.#isIdle = true;
    this.#stream.unref();
    this.#startReading();
  }

  /**
   * Sends a request, and reads the head of its response.
   *
   * @throws When no response arrives, or the request is aborted. The connection is then closed. A
   * {@linkcode DeadConnection} if it ended before any byte of a response arrived, and a
   * {@linkcode RequestBodyError} if a streamed body failed.
   */
  async send({ head, body, isHeadOnly, signal }: WireRequest): Promise<HttpResponse> {
    if (this.#isIdle) {
      this.#isIdle = false;
      this.#stream.ref();
    }
    this.#signal = signal;
    signal.addEventListener("abort", this.close, { once: true });
    try {
      signal.throwIfAborted();
      this.#isWritten = this.#hasResponse = false;
      // A response, usually an error, may arrive before the whole request was written.
      this.#writing = this.#write(head, body);
      let response = await this.#readHead(isHeadOnly);
      for (let notices = 0; response.status < 200; notices++) {
        if (response.status === 101) throw new Error("the response changes the protocol");
        if (notices === MOST_NOTICES) throw new Error("the response never gets beyond 1xx");
        response = await this.#readHead(isHeadOnly);
      }
      const direct = new DirectResponse(this, response);
      return direct.header("content-encoding") === undefined
        ? direct
        : await decodedResponse(direct);
    } catch (error) {
      const isDead = this.breakOff();
      if (!isDead || this.#hasResponse) throw signal.aborted ? signal.reason : error;
      // A pending write may have sent some bytes.
      const isUnsent = await Promise.race([this.#writing, Promise.resolve(false)]) ?? false;
      throw new DeadConnection({ cause: error === ENDED ? undefined : error, isUnsent });
    }
  }

  /**
   * The next bytes received: a view that is valid until the next call. Undefined when the other side has closed
   * the connection.
   */
  async next(): Promise<Uint8Array | undefined> {
    if (this.#start === this.#end && !await this.#fill()) return undefined;
    const bytes = this.#buffer.subarray(this.#start, this.#end);
    this.#start = this.#end;
    return bytes;
  }

  /** The response has been read to its end, or was cancelled. */
  finish(isReusable: boolean): void {
    this.#signal?.removeEventListener("abort", this.close);
    this.#signal = undefined;
    // The next request must not read leftover bytes as its response.
    const isEmpty = this.#start === this.#end;
    if (!isReusable || !isEmpty || !this.#isWritten || this.#isClosed) return this.close();
    this.#start = this.#end = 0;
    if (this.#buffer.length > BUFFER_BYTES) this.#buffer = new Uint8Array(BUFFER_BYTES);
    this.#owner.onFree(this);
  }

  /**
   * Ends a response that can't be read any further.
   *
   * @returns Whether that is because the connection ended, and not by this side.
   */
  breakOff(): boolean {
    const isDead = this.#hasEnded && !this.#isClosed && this.#signal?.aborted !== true;
    this.close();
    if (isDead) this.#owner.onDeath(this);
    return isDead;
  }

  /** Closes the connection: pending reads and writes fail. Idempotent. */
  readonly close = (): void => {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#signal?.removeEventListener("abort", this.close);
    this.#stream.close();
    // A body of which nothing was taken can still be sent with another request.
    if (this.#body?.isTaken) this.#body.cancel();
    this.#owner.onClosed(this);
  };

  async #readHead(isHeadOnly: boolean): Promise<ResponseHead> {
    let from = this.#start;
    while (true) {
      const end = endOfHead(this.#buffer, from, this.#end);
      if (end !== undefined) {
        const text = latin1(this.#buffer.subarray(this.#start, end.headEndsAt));
        this.#start = end.bodyBeginsAt;
        return parseResponseHead(text, { isHeadOnly });
      }
      // The last bytes searched may be the beginning of the empty line.
      from = Math.max(this.#start, this.#end - 2);
      const before = this.#start;
      if (!await this.#fill()) throw this.#hasResponse ? endedInHead() : ENDED;
      this.#hasResponse = true;
      from -= before - this.#start;
    }
  }

  /** Reads more bytes after the unread ones. False when the other side has closed the connection. */
  async #fill(): Promise<boolean> {
    if (this.#start === this.#end) this.#start = this.#end = 0;
    else if (this.#end === this.#buffer.length) this.#makeRoom();
    let count: number | null = null;
    try {
      count = await (this.#reading ?? this.#startReading());
    } catch (error) {
      throw this.#bodyError ?? error;
    } finally {
      this.#reading = undefined;
      this.#hasEnded = count === null;
    }
    this.#end += count ?? 0;
    return !this.#hasEnded;
  }

  /** Makes room after the unread bytes, which are a part of a head. */
  #makeRoom(): void {
    const untaken = this.#buffer.subarray(this.#start, this.#end);
    if (this.#start === 0) {
      if (this.#end >= MOST_HEAD_BYTES) throw new Error("the response's headers are too long");
      this.#buffer = new Uint8Array(2 * this.#end);
    }
    this.#buffer.set(untaken);
    this.#end -= this.#start;
    this.#start = 0;
  }

  #startReading(): Promise<number | null> {
    const free = this.#end === 0 ? this.#buffer : this.#buffer.subarray(this.#end);
    this.#reading = this.#stream.read(free);
    // A failure is thrown by the next read, if there is one.
    if (this.#isIdle) this.#reading.then(this.#wake, this.#wake);
    return this.#reading;
  }

  /** An idle connection expects only its end; any other data makes it unusable as well. */
  readonly #wake = (): void => {
    if (!this.#isIdle) return;
    this.#hasEnded = true;
    this.breakOff();
  };

  /**
   * Never rejects: reading from the connection throws if it failed. A failed body closes it.
   *
   * @returns Whether it is certain that no byte was sent.
   */
  async #write(head: string, body: WireRequest["body"]): Promise<boolean> {
    const isStreamed = body instanceof StreamedBody;
    let isUnsent = true;
    try {
      for (const bytes of piecesOf(head, isStreamed ? undefined : body)) {
        let at = await this.#stream.write(bytes);
        isUnsent = false;
        while (at < bytes.length) at += await this.#stream.write(bytes.subarray(at));
      }
      if (isStreamed) await writeBody(this.#body = body, this.#bodySink());
      else this.#isWritten = true;
    } catch (error) {
      // `#isWritten` stays false, so the connection is not reused.
      if (error instanceof RequestBodyError) this.#failBody(error);
    }
    return isUnsent;
  }

  #bodySink(): BodySink {
    const isOver = () => this.#isClosed;
    return {
      get isOver() {
        return isOver();
      },
      write: async (bytes, isLast) => {
        for (let at = 0; at < bytes.length;) at += await this.#stream.write(bytes.subarray(at));
        if (!isLast) return;
        // Set here, because the connection may be reused before the code that awaits this promise runs.
        this.#isWritten = true;
        this.#body = undefined;
      },
    };
  }

  /** Reading the response then throws the error. */
  #failBody(error: RequestBodyError): void {
    this.#bodyError = error;
    this.close();
  }
}

/** The error if the other side closed the connection before any response. */
const ENDED = new Error("the connection closed before a response came");

function endedInHead(): Error {
  return new Error("the connection closed before the response was complete");
}

/** The pieces of each write: small bodies are sent with their head. */
function piecesOf(head: string, body: Uint8Array | undefined): readonly Uint8Array[] {
  if (body === undefined) return [encoder.encode(head)];
  if (body.length > SMALL_BODY) return [encoder.encode(head), body];
  const bytes = new Uint8Array(head.length + body.length);
  encoder.encodeInto(head, bytes);
  bytes.set(body, head.length);
  return [bytes];
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * The end of a head: the first empty line, ended by CRLF or a bare LF. Undefined if it has not arrived.
 */
function endOfHead(
  bytes: Uint8Array,
  from: number,
  end: number,
): { readonly headEndsAt: number; readonly bodyBeginsAt: number } | undefined {
  for (let at = bytes.indexOf(LF, from); at >= 0 && at < end; at = bytes.indexOf(LF, at + 1)) {
    const next = bytes[at + 1] === CR ? at + 2 : at + 1;
    if (next >= end || bytes[next] !== LF) continue;
    const headEndsAt = at > 0 && bytes[at - 1] === CR ? at - 1 : at;
    return { headEndsAt, bodyBeginsAt: next + 1 };
  }
  return undefined;
}

/**
 * Decodes each byte as a character: header bytes beyond ASCII are opaque and have no effect. They are rare, and
 * ASCII is decoded several times faster as UTF-8.
 */
function latin1(bytes: Uint8Array): string {
  const text = utf8.decode(bytes);
  return BEYOND_ASCII.test(text) ? Reflect.apply(String.fromCharCode, undefined, bytes) : text;
}
