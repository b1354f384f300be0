/**
 * One HTTP/1.1 connection, which carries one request after the other.
 *
 * @module
 */
import { type AnswerHead, parseAnswerHead } from "./answer_head.ts";
import { collect } from "./collect.ts";
import type { HttpAnswer } from "./connections.ts";
import { decodedAnswer } from "./decoded_answer.ts";
import type { Origin } from "./origin.ts";

/** How much is read at once, in bytes; a head has to fit in. */
const BUFFER_BYTES = 8 * 1024;

/** Up to this size, in bytes, a body goes out with its head in one write. */
const SMALL_BODY = 16 * 1024;

const encoder = new TextEncoder();

/** A request as it goes over the wire. */
export interface WireRequest {
  /** Its head, with the empty line at the end; ASCII. */
  readonly head: string;
  readonly body: Uint8Array | undefined;
  readonly signal: AbortSignal;
}

/** Whom a connection belongs to. */
export interface ConnectionOwner {
  /** It can carry another request. */
  onFree(connection: Connection): void;
  /** It was closed, by either side. */
  onClosed(connection: Connection): void;
}

/** What a connection is made on: a part of `Deno.Conn`. */
export type Stream = Pick<Deno.Conn, "read" | "write" | "close" | "ref" | "unref">;

/** A connection. It reads even while it rests, and so knows at once when the other side closes it. */
export class Connection {
  /** What it leads to. */
  readonly origin: Origin;
  /** When it was last in use, in ms since the epoch. */
  restsSinceMs = 0;
  readonly #stream: Stream;
  readonly #owner: ConnectionOwner;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  /** What of the buffer is still to be taken. */
  #start = 0;
  #end = 0;
  /** The read under way, if there is one. */
  #reading: Promise<number | null> | undefined;
  #isResting = false;
  #isClosed = false;
  #isWritten = true;
  #signal: AbortSignal | undefined;

  constructor(
    stream: Stream,
    { origin, owner }: { readonly origin: Origin; readonly owner: ConnectionOwner },
  ) {
    this.#stream = stream;
    this.origin = origin;
    this.#owner = owner;
  }

  /** Waits for its next use, without keeping the process from ending. */
  rest(nowMs: number): void {
    this.restsSinceMs = nowMs;
    this.#isResting = true;
    this.#stream.unref();
    this.#startReading();
  }

  /**
   * Sends a request, and reads the head of its answer.
   *
   * @throws When no answer comes, or the request is given up. The connection is closed then.
   */
  async send({ head, body, signal }: WireRequest): Promise<HttpAnswer> {
    if (this.#isResting) {
      this.#isResting = false;
      this.#stream.ref();
    }
    this.#signal = signal;
    signal.addEventListener("abort", this.close, { once: true });
    try {
      signal.throwIfAborted();
      this.#isWritten = false;
      // The answer may come before the request has gone whole: a refusal, as a rule.
      void this.#write(head, body);
      let answer = await this.#readHead();
      while (answer.status < 200) {
        if (answer.status === 101) throw new Error("the answer changes the protocol");
        answer = await this.#readHead();
      }
      const direct = new DirectAnswer(this, answer);
      return direct.header("content-encoding") === undefined ? direct : await decodedAnswer(direct);
    } catch (error) {
      this.close();
      throw signal.aborted ? signal.reason : error;
    }
  }

  /**
   * The bytes that came next: a view that holds until the next call. Undefined when the other side has
   * closed the connection.
   */
  async next(): Promise<Uint8Array | undefined> {
    if (this.#start === this.#end && !await this.#fill()) return undefined;
    const bytes = this.#buffer.subarray(this.#start, this.#end);
    this.#start = this.#end;
    return bytes;
  }

  /** The answer has been read to its end, or is given up. */
  finish(isReusable: boolean): void {
    this.#signal?.removeEventListener("abort", this.close);
    this.#signal = undefined;
    // What is left over belongs to nobody: the next request must not take it for its answer.
    const isEmpty = this.#start === this.#end;
    if (!isReusable || !isEmpty || !this.#isWritten || this.#isClosed) return this.close();
    this.#start = this.#end = 0;
    this.#owner.onFree(this);
  }

  /** Closes it: whatever waits for it fails. More than once is harmless. */
  readonly close = (): void => {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#signal?.removeEventListener("abort", this.close);
    this.#stream.close();
    this.#owner.onClosed(this);
  };

  async #readHead(): Promise<AnswerHead> {
    let from = this.#start;
    while (true) {
      const end = endOfHead(this.#buffer, from, this.#end);
      if (end >= 0) {
        const text = latin1(this.#buffer.subarray(this.#start, end));
        this.#start = end + 4;
        return parseAnswerHead(text);
      }
      // The end of what was looked through may be the beginning of the empty line.
      from = Math.max(this.#start, this.#end - 3);
      const before = this.#start;
      if (!await this.#fill()) throw new Error("the connection closed before an answer came");
      from -= before - this.#start;
    }
  }

  /** Reads more behind what is still to be taken. False when the other side has closed the connection. */
  async #fill(): Promise<boolean> {
    if (this.#start === this.#end) this.#start = this.#end = 0;
    else if (this.#end === BUFFER_BYTES) {
      if (this.#start === 0) throw new Error("the answer's headers are too long");
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    const count = await (this.#reading ?? this.#startReading());
    this.#reading = undefined;
    if (count === null) return false;
    this.#end += count;
    return true;
  }

  #startReading(): Promise<number | null> {
    const free = this.#end === 0 ? this.#buffer : this.#buffer.subarray(this.#end);
    this.#reading = this.#stream.read(free);
    // A failure is met by whoever reads next, or by nobody.
    if (this.#isResting) this.#reading.then(this.#wake, this.#wake);
    return this.#reading;
  }

  /** Nothing is to come on a connection that rests, but its end. */
  readonly #wake = (): void => {
    if (this.#isResting) this.close();
  };

  /** Never rejects: that the connection broke is met by reading from it. */
  async #write(head: string, body: Uint8Array | undefined): Promise<void> {
    try {
      if (body === undefined) await this.#writeAll(encoder.encode(head));
      else if (body.length > SMALL_BODY) {
        await this.#writeAll(encoder.encode(head));
        await this.#writeAll(body);
      } else {
        const bytes = new Uint8Array(head.length + body.length);
        encoder.encodeInto(head, bytes);
        bytes.set(body, head.length);
        await this.#writeAll(bytes);
      }
      this.#isWritten = true;
    } catch {
      // Stays unwritten, and so is not used again.
    }
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) rest = rest.subarray(await this.#stream.write(rest));
  }
}

/** An answer that is read from its connection. */
class DirectAnswer implements HttpAnswer {
  readonly #connection: Connection;
  readonly #head: AnswerHead;
  #isOver = false;

  constructor(connection: Connection, head: AnswerHead) {
    this.#connection = connection;
    this.#head = head;
    if (head.framing.isDone) this.#finish();
  }

  get status(): number {
    return this.#head.status;
  }

  header(name: string): string | undefined {
    return this.#head.headers.find(([known]) => known === name)?.[1];
  }

  async read(): Promise<Uint8Array | undefined> {
    const { framing } = this.#head;
    while (!this.#isOver) {
      try {
        const bytes = await this.#connection.next();
        if (bytes === undefined) framing.end();
        const piece = bytes && framing.push(bytes);
        if (framing.isDone) this.#finish();
        if (piece !== undefined && piece.length > 0) return piece;
      } catch (error) {
        this.#giveUp();
        throw error;
      }
    }
    return undefined;
  }

  bytes(): Promise<Uint8Array> {
    return collect(this);
  }

  cancel(): Promise<void> {
    this.#giveUp();
    return Promise.resolve();
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { framing, keepsAlive } = this.#head;
    this.#connection.finish(keepsAlive && !framing.hasExcess);
  }

  #giveUp(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connection.finish(false);
  }
}

const LF = 0x0a;
const CR = 0x0d;

/** Where the empty line behind a head begins, with the end of the line before; -1 where it has not come. */
function endOfHead(bytes: Uint8Array, from: number, end: number): number {
  for (let at = bytes.indexOf(CR, from); at >= 0 && at + 3 < end; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 1] === LF && bytes[at + 2] === CR && bytes[at + 3] === LF) return at;
  }
  return -1;
}

/** Header bytes beyond ASCII are opaque: none of them decides anything. */
function latin1(bytes: Uint8Array): string {
  return Reflect.apply(String.fromCharCode, undefined, bytes);
}
