/**
 * Records requests, a bounded number since the emulator may run for days.
 *
 * @module
 */
import { parsedJson } from "../base/json.ts";

/** A recorded request with its body. */
export interface RecordedRequest {
  /** Name of the account of its credential; undefined if it had no valid one. */
  readonly account: string | undefined;
  readonly method: string;
  /** As on the wire, percent-encoding included. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** The first 64 KiB of the body (in UTF-16 units); empty if the body is an upload's bytes. */
  readonly rawBody: string;
  /** Length of the whole body: in UTF-16 units, or in bytes of an upload as far as it has been read. */
  readonly bodyLength: number;
  /** SHA-256 in hexadecimal of the bytes of an upload, once they have been read; else undefined. */
  readonly bodySha256: string | undefined;
  /** The parsed body; undefined if it is not JSON, or longer than `rawBody`. */
  readonly body: unknown;
  /** What the client sent in a Live session: the last thousand frames, oldest first. */
  readonly frames: readonly RecordedFrame[];
  /** By the emulator's clock, in ms. */
  readonly startedAt: number;
  /** Whether the client disconnected before the response was finished. */
  readonly aborted: boolean;
  /** Resolves when the exchange has ended or failed; never rejects. */
  readonly finished: Promise<void>;
}

/** A frame of a Live session. */
export interface RecordedFrame {
  readonly isBinary: boolean;
  /** The first 64 KiB (in UTF-16 units). */
  readonly text: string;
  /** Length of the whole frame, in UTF-16 units. */
  readonly length: number;
}

/** The data of a {@linkcode RecordEntry}. */
export interface RecordSource {
  readonly request: Request;
  readonly url: URL;
  readonly account: string | undefined;
  /** Undefined if it could not be read, or is bytes. */
  readonly rawBody: string | undefined;
  readonly startedAt: number;
  readonly finished: Promise<void>;
}

const MOST_REQUESTS = 1000;
const MOST_BODY = 64 * 1024;
const MOST_FRAMES = 1000;

/** One recorded request. */
export class RecordEntry implements RecordedRequest {
  readonly account: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly rawBody: string;
  readonly startedAt: number;
  readonly finished: Promise<void>;
  readonly frames: RecordedFrame[] = [];
  bodyLength: number;
  bodySha256: string | undefined;
  aborted = false;

  constructor(source: RecordSource) {
    this.account = source.account;
    this.method = source.request.method;
    this.path = source.url.pathname;
    this.query = source.url.searchParams;
    this.headers = new Headers(source.request.headers);
    const { rawBody = "" } = source;
    this.bodyLength = rawBody.length;
    this.rawBody = rawBody.slice(0, MOST_BODY);
    this.startedAt = source.startedAt;
    this.finished = source.finished;
  }

  /** Records a body of bytes, which is not kept. */
  recordBytes(length: number, sha256: string): void {
    this.bodyLength = length;
    this.bodySha256 = sha256;
  }

  /** Records a frame of a Live session. */
  recordFrame(text: string, isBinary: boolean): void {
    this.frames.push({ isBinary, text: text.slice(0, MOST_BODY), length: text.length });
    if (this.frames.length > MOST_FRAMES) this.frames.shift();
  }

  /** Parsed on each access: as text, a body needs a fraction of the memory. */
  get body(): unknown {
    return parsedJson(this.rawBody);
  }
}

interface Waiter {
  readonly predicate: (request: RecordedRequest) => boolean;
  readonly resolve: (request: RecordedRequest) => void;
}

/** The last thousand requests. */
export class Recorder {
  readonly #entries: RecordEntry[] = [];
  #waiters: Waiter[] = [];

  /** Oldest first; changes as requests arrive. */
  get requests(): readonly RecordedRequest[] {
    return this.#entries;
  }

  add(entry: RecordEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > MOST_REQUESTS) this.#entries.shift();
    const woken = this.#waiters.filter((waiter) => waiter.predicate(entry));
    this.#waiters = this.#waiters.filter((waiter) => !woken.includes(waiter));
    for (const waiter of woken) waiter.resolve(entry);
  }

  /** Resolves to the first recorded request that matches `predicate`, or the next one that does. */
  waitFor(predicate: (request: RecordedRequest) => boolean): Promise<RecordedRequest> {
    const found = this.#entries.find(predicate);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => this.#waiters.push({ predicate, resolve }));
  }

  clear(): void {
    this.#entries.length = 0;
  }
}
