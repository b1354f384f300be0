/**
 * Cuts an upstream's answer into events. It works on bytes and decodes none: a chunk of the answer
 * goes through as it came.
 *
 * @module
 */
import { rpcErrorFromJson } from "./error_body.ts";
import { joinBytes } from "./join_bytes.ts";
import { ObjectScanner } from "./object_scanner.ts";
import { RpcError } from "./rpc_error.ts";
import type { StreamEvent } from "./stream.ts";

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

const encoder = new TextEncoder();
const DATA = encoder.encode("data");
const DONE = encoder.encode("[DONE]");
const ERROR_NAME = encoder.encode('"error"');
const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);
const LINE_FEED = Uint8Array.of(LF);
const NOTHING = new Uint8Array();

/** Status of the calls whose answer is a stream: an error inside must bring its own code. */
const HTTP_OK = 200;

/** Settings of an {@linkcode SseDecoder}. */
export interface SseDecoderOptions {
  /** Size of one event, in bytes, above which the stream fails. Default: 64 MiB. */
  readonly maxEventBytes?: number;
}

/**
 * Decodes one answer. Reads server-sent events as the HTML standard has them (section 9.2.6), and
 * also what Google sends in their place when a call fails midway: an error as bare JSON, an object or
 * an array, on one line or many.
 *
 * Events hold views on the chunks that were pushed wherever they can: a chunk's buffer must not be
 * used again. After an error event there are no more.
 */
export class SseDecoder {
  readonly #maxEventBytes: number;
  /** The unfinished line, or the unfinished bare JSON, in the pieces in which it came. */
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;
  /** The `data` lines of the unfinished event, with line feeds between them. */
  #data: Uint8Array[] = [];
  #dataBytes = 0;
  #isFirstLine = true;
  #endsInCr = false;
  #bareJson: ObjectScanner | undefined;
  #events: StreamEvent[] = [];
  #isOver = false;

  constructor(options: SseDecoderOptions = {}) {
    this.#maxEventBytes = options.maxEventBytes ?? 64 * 1024 * 1024;
  }

  /** The events that a further piece of the answer completes. */
  push(chunk: Uint8Array): StreamEvent[] {
    if (this.#isOver || chunk.length === 0) return [];
    let start = this.#endsInCr && chunk[0] === LF ? 1 : 0;
    this.#endsInCr = false;
    if (this.#bareJson === undefined) start = this.#readLines(chunk, start);
    if (!this.#isOver && start < chunk.length) {
      const rest = chunk.subarray(start);
      if (this.#bareJson === undefined) this.#keep(rest);
      else this.#readBareJson(this.#bareJson, rest);
    }
    return this.#takeEvents();
  }

  /** The events that the end of the answer completes. */
  end(): StreamEvent[] {
    if (this.#isOver) return [];
    // The beginning of the word "data" would pass as a field of another name.
    const isTorn = this.#pieceBytes < DATA.length && startsWith(DATA, joinBytes(this.#pieces));
    if (this.#pieceBytes > 0 && isTorn) this.#fail(endedInEvent());
    else if (this.#pieceBytes > 0 && this.#bareJson === undefined) this.#readLine(NOTHING);
    if (!this.#isOver && this.#bareJson !== undefined) this.#fail(endedInEvent());
    if (!this.#isOver) this.#flush();
    this.#isOver = true;
    return this.#takeEvents();
  }

  /** Reads the lines that end in the chunk. Gives the index at which the unread rest starts. */
  #readLines(chunk: Uint8Array, from: number): number {
    let start = from;
    let cr = chunk.indexOf(CR, start);
    let lf = chunk.indexOf(LF, start);
    while (cr !== -1 || lf !== -1) {
      const isCr = cr !== -1 && (lf === -1 || cr < lf);
      const end = isCr ? cr : lf;
      const isCrLf = isCr && lf === end + 1;
      this.#readLine(chunk, { start, end });
      start = isCrLf ? end + 2 : end + 1;
      if (this.#isOver || this.#bareJson !== undefined) return start;
      this.#endsInCr = isCr && !isCrLf && start === chunk.length;
      if (cr !== -1 && cr < start) cr = indexFrom(chunk, start, { byte: CR });
      if (lf !== -1 && lf < start) lf = indexFrom(chunk, start, { byte: LF });
    }
    return start;
  }

  /** Reads one line: the pieces kept so far, and the span of the chunk that completes them. */
  #readLine(chunk: Uint8Array, span = { start: 0, end: 0 }): void {
    let bytes = chunk;
    let { start, end } = span;
    if (this.#pieceBytes > 0) {
      this.#pieces.push(chunk.subarray(start, end));
      bytes = this.#takePieces();
      start = 0;
      end = bytes.length;
    }
    if (this.#dataBytes + end - start > this.#maxEventBytes) return this.#fail(this.#tooLarge());
    if (this.#isFirstLine && startsWith(bytes, BYTE_ORDER_MARK, { at: start })) {
      start += BYTE_ORDER_MARK.length;
    }
    this.#isFirstLine = false;
    if (start === end) return this.#dispatch();
    const colon = start + DATA.length;
    if (startsWith(bytes, DATA, { at: start }) && (colon === end || bytes[colon] === COLON)) {
      const value = bytes[colon + 1] === SPACE ? colon + 2 : colon + 1;
      if (this.#data.length > 0) this.#data.push(LINE_FEED);
      this.#data.push(bytes.subarray(value, end));
      this.#dataBytes += end - start;
      return;
    }
    const line = bytes.subarray(start, end);
    if (!opensBareJson(line)) return;
    this.#flush();
    if (this.#isOver) return;
    this.#bareJson = new ObjectScanner();
    this.#readBareJson(this.#bareJson, line);
  }

  /** Ends the event at its blank line. */
  #dispatch(): void {
    if (this.#data.length > 0) this.#emit(this.#takeData());
  }

  /** Ends the event without its blank line: it is good only if nothing of it is missing. */
  #flush(): void {
    if (this.#data.length === 0) return;
    const payload = this.#takeData();
    if (isDone(payload) || isJson(payload)) this.#emit(payload);
    else this.#fail(endedInEvent());
  }

  #emit(payload: Uint8Array): void {
    // An event without content is some relay's keep-alive.
    if (skipSpace(payload, 0) === payload.length) return;
    if (isDone(payload)) {
      this.#events.push({ type: "done" });
      return;
    }
    const error = opensError(payload) ? readError(payload) : undefined;
    if (error === undefined) this.#events.push({ type: "data", json: payload });
    else this.#fail(error);
  }

  #readBareJson(scanner: ObjectScanner, bytes: Uint8Array): void {
    const end = scanner.scan(bytes);
    this.#keep(bytes.subarray(0, end ?? bytes.length));
    if (end === undefined || this.#isOver) return;
    const json = this.#takePieces();
    const error = readError(json.subarray(json.indexOf(OPEN_BRACE)));
    this.#fail(error ?? unavailable("Upstream sent JSON that is neither an event nor an error"));
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
    if (this.#dataBytes + this.#pieceBytes > this.#maxEventBytes) this.#fail(this.#tooLarge());
  }

  #fail(error: RpcError): void {
    this.#events.push({ type: "error", error });
    this.#isOver = true;
    this.#pieces = [];
    this.#data = [];
  }

  #takePieces(): Uint8Array {
    const bytes = joinBytes(this.#pieces);
    this.#pieces = [];
    this.#pieceBytes = 0;
    return bytes;
  }

  #takeData(): Uint8Array {
    const payload = joinBytes(this.#data);
    this.#data = [];
    this.#dataBytes = 0;
    return payload;
  }

  #takeEvents(): StreamEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #tooLarge(): RpcError {
    return new RpcError(
      "INTERNAL",
      `Upstream sent an event of more than ${this.#maxEventBytes} bytes; ask for a shorter answer`,
    );
  }
}

function endedInEvent(): RpcError {
  return unavailable("Upstream's answer ended in the middle of an event");
}

function unavailable(what: string): RpcError {
  return new RpcError("UNAVAILABLE", `${what}; send the request again`);
}

function readError(json: Uint8Array): RpcError | undefined {
  return rpcErrorFromJson(HTTP_OK, new TextDecoder().decode(json));
}

/** As `indexOf`, which is dear to call: a blank line is seen, and a chunk's end, without it. */
function indexFrom(bytes: Uint8Array, at: number, { byte }: { readonly byte: number }): number {
  if (bytes[at] === byte) return at;
  if (bytes[at + 1] === byte) return at + 1;
  return at < bytes.length ? bytes.indexOf(byte, at) : -1;
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array, { at } = { at: 0 }): boolean {
  for (let i = 0; i < prefix.length; i++) {
    if (bytes[at + i] !== prefix[i]) return false;
  }
  return true;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === SPACE || bytes[at] === LF || bytes[at] === CR || bytes[at] === TAB) at++;
  return at;
}

/** Whether a line that is no field of an event is the first of a JSON object or an array of them. */
function opensBareJson(line: Uint8Array): boolean {
  const at = skipSpace(line, 0);
  if (line[at] !== OPEN_BRACKET) return line[at] === OPEN_BRACE;
  const next = skipSpace(line, at + 1);
  return next === line.length || line[next] === OPEN_BRACE;
}

/**
 * Whether a payload starts like an error, in an array or not. Google puts `error` first, so nothing
 * has to be parsed to tell an answer from an error.
 */
function opensError(payload: Uint8Array): boolean {
  let at = skipSpace(payload, 0);
  if (payload[at] === OPEN_BRACKET) at = skipSpace(payload, at + 1);
  if (payload[at] !== OPEN_BRACE) return false;
  at = skipSpace(payload, at + 1);
  if (!startsWith(payload, ERROR_NAME, { at })) return false;
  at = skipSpace(payload, at + ERROR_NAME.length);
  return payload[at] === COLON && payload[skipSpace(payload, at + 1)] === OPEN_BRACE;
}

function isDone(payload: Uint8Array): boolean {
  const at = skipSpace(payload, 0);
  return startsWith(payload, DONE, { at }) &&
    skipSpace(payload, at + DONE.length) === payload.length;
}

function isJson(payload: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    return true;
  } catch {
    return false;
  }
}
