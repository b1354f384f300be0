/**
 * Splits an upstream's response into events. It works on bytes and decodes none: chunks are forwarded
 * unchanged.
 *
 * @module
 */
import { utf8Bytes, utf8Text } from "../../base/text/text.ts";
import { BareJson } from "./bare_json.ts";
import { ByteCollector } from "../../base/byte_collector.ts";
import { beginsByteOrderMark, withoutByteOrderMark } from "../../base/text/byte_order_mark.ts";
import {
  endedInEvent,
  failure,
  MOST_EVENTS,
  readPayload,
  tooManyEvents,
  unreadable,
} from "./event_payload.ts";
import { joinBytes } from "../../base/join_bytes.ts";
import { RpcError } from "../errors/rpc_error.ts";
import type { StreamEvent, StreamFailure } from "./stream.ts";

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const DATA = utf8Bytes("data");
const LINE_FEED = Uint8Array.of(LF);
const NOTHING = new Uint8Array();

/** A line that is a comment or a field that an event stream may have. */
const FIELD = /^(?::|(?:data|event|id|retry)(?::|$))/;
const ERROR_NAME = /^event: ?error *$/;

/** Names of fields are short: of a longer line only the beginning is read, in bytes. */
const LONGEST_FIELD_NAME = 16;

/**
 * The state of the unfinished line: nothing read; only white space, or also a bracket, so that it may be bare
 * JSON; neither JSON nor a field; possibly a field.
 */
type LineStart = "fresh" | "spaced" | "bracket" | "ignored" | "known";

/** Settings of an {@linkcode SseDecoder}. */
export interface SseDecoderOptions {
  /** Size of one event, in bytes, above which the stream fails. Default: 64 MiB. */
  readonly maxEventBytes?: number;
  /** Whether each event is Code Assist's envelope, from which the response is extracted. */
  readonly isEnveloped?: boolean;
}

/**
 * Decodes one response. Reads server-sent events according to the HTML standard (section 9.2.6), and bare JSON
 * in their place: one object, several, or an array, on one line or many. Google reports errors in this form
 * when a call fails midway, and some relays send whole responses in it. An event's JSON may also be an array.
 *
 * Events hold views on the chunks that were pushed wherever they can: a chunk's buffer must not be
 * used again. After an error event there are no more.
 */
export class SseDecoder {
  readonly #maxEventBytes: number;
  readonly #isEnveloped: boolean;
  /** The first bytes of the response, while they may be a byte order mark; then undefined. */
  #head: Uint8Array | undefined = NOTHING;
  /** The unfinished line, or the unfinished object of bare JSON. */
  readonly #pieces = new ByteCollector();
  #lineStart: LineStart = "fresh";
  /** The `data` lines of the unfinished event, with line feeds between them. */
  readonly #data = new ByteCollector();
  #hasData = false;
  /** The size of these lines in bytes, field names included. */
  #dataBytes = 0;
  /** Whether the unfinished event is named `error`. */
  #isNamedError = false;
  #endsInCr = false;
  #bareJson: BareJson | undefined;
  #events: StreamEvent[] = [];
  #hasRead = false;
  #hasUnreadable = false;
  #isOver = false;

  constructor(options: SseDecoderOptions = {}) {
    this.#maxEventBytes = options.maxEventBytes ?? 64 * 1024 * 1024;
    this.#isEnveloped = options.isEnveloped ?? false;
  }

  /** The events that a further piece of the response completes. */
  push(chunk: Uint8Array): StreamEvent[] {
    if (this.#isOver || chunk.length === 0) return [];
    let bytes = chunk;
    if (this.#head !== undefined) {
      bytes = joinBytes([this.#head, chunk].filter(isNotEmpty));
      this.#head = beginsByteOrderMark(bytes) ? bytes : undefined;
      if (this.#head !== undefined) return [];
      bytes = withoutByteOrderMark(bytes);
    }
    this.#read(bytes);
    return this.#takeEvents();
  }

  /** The events that the end of the response completes. */
  end(): StreamEvent[] {
    if (this.#isOver) return [];
    if (this.#head !== undefined) this.#read(this.#head);
    if (this.#bareJson !== undefined) {
      if (!this.#bareJson.isWhole) this.#fail("torn", endedInEvent());
    } else if (this.#lineStart === "bracket") this.#fail("torn", endedInEvent());
    else if (this.#pieces.length > 0) this.#endLine();
    if (!this.#isOver) this.#flush();
    if (!this.#isOver && this.#hasUnreadable && !this.#hasRead) {
      this.#fail("unreadable", unreadable());
    }
    this.#isOver = true;
    return this.#takeEvents();
  }

  #read(chunk: Uint8Array): void {
    let start = this.#endsInCr && chunk[0] === LF ? 1 : 0;
    if (chunk.length > 0) this.#endsInCr = false;
    while (start < chunk.length && !this.#isOver) {
      start = this.#bareJson === undefined
        ? this.#readLines(chunk, start)
        : this.#readBareJson(this.#bareJson, { chunk, start });
    }
  }

  /** Reads lines up to the chunk's end, or to bare JSON. Returns the index at which the rest starts. */
  #readLines(chunk: Uint8Array, from: number): number {
    let start = from;
    let cr = chunk.indexOf(CR, start);
    let lf = chunk.indexOf(LF, start);
    while (start < chunk.length) {
      if (this.#lineStart !== "known") {
        start = this.#readLineStart(chunk, start);
        if (this.#bareJson !== undefined || this.#isOver) return start;
      }
      const isCr = cr !== -1 && (lf === -1 || cr < lf);
      const end = isCr ? cr : lf;
      if (end === -1) break;
      const isCrLf = isCr && lf === end + 1;
      if (this.#lineStart !== "ignored") this.#readLine(chunk, { start, end });
      this.#lineStart = "fresh";
      start = isCrLf ? end + 2 : end + 1;
      if (this.#isOver) return start;
      this.#endsInCr = isCr && !isCrLf && start === chunk.length;
      if (cr !== -1 && cr < start) cr = indexFrom(chunk, start, { byte: CR });
      if (lf !== -1 && lf < start) lf = indexFrom(chunk, start, { byte: LF });
    }
    if (start < chunk.length && this.#lineStart !== "ignored") this.#keep(chunk.subarray(start));
    return chunk.length;
  }

  /**
   * Reads a line's first bytes: bare JSON begins with a brace, or with a bracket followed by a brace or the
   * line's end. White space before it is skipped: no field begins with it. Returns the index up to which it has
   * read.
   */
  #readLineStart(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length && this.#lineStart !== "ignored") {
      const byte = chunk[at];
      const isFresh = this.#lineStart === "fresh";
      const isInBracket = this.#lineStart === "bracket";
      const isEnd = byte === LF || byte === CR;
      if (byte === OPEN_BRACE || (isEnd && isInBracket)) {
        this.#openBareJson();
        break;
      } else if (byte === SPACE || byte === TAB) {
        if (isFresh) this.#lineStart = "spaced";
      } else if (byte === OPEN_BRACKET && !isInBracket) this.#lineStart = "bracket";
      else {
        this.#lineStart = isFresh ? "known" : "ignored";
        this.#hasUnreadable ||= !isFresh && !isEnd && byte !== CLOSE_BRACKET;
        break;
      }
      at++;
    }
    return at;
  }

  #openBareJson(): void {
    const isArray = this.#lineStart === "bracket";
    this.#lineStart = "fresh";
    this.#flush();
    if (this.#isOver) return;
    this.#bareJson = new BareJson(isArray);
  }

  #readBareJson(
    bareJson: BareJson,
    { chunk, start }: { readonly chunk: Uint8Array; readonly start: number },
  ): number {
    bareJson.start = start;
    const span = bareJson.next(chunk);
    if (span.type === "between") return chunk.length;
    if (span.type === "other") {
      this.#bareJson = undefined;
      if (!bareJson.isWhole) this.#fail("unreadable", unreadable());
      return span.end;
    }
    this.#keep(chunk.subarray(bareJson.start, span.end));
    if (span.isLast && !this.#isOver) this.#emit(this.#pieces.take(), true);
    return span.end;
  }

  /** Reads one line: the pieces kept so far, and the span of the chunk that completes them. */
  #readLine(chunk: Uint8Array, span: { readonly start: number; readonly end: number }): void {
    let bytes = chunk;
    let { start, end } = span;
    if (this.#pieces.length > 0) {
      this.#pieces.add(chunk.subarray(start, end));
      bytes = this.#pieces.take();
      start = 0;
      end = bytes.length;
    }
    if (this.#dataBytes + end - start > this.#maxEventBytes) return this.#failTooLarge();
    if (start === end) return this.#dispatch();
    const colon = start + DATA.length;
    if (startsWith(bytes, DATA, { at: start }) && (colon === end || bytes[colon] === COLON)) {
      const value = bytes[colon + 1] === SPACE ? colon + 2 : colon + 1;
      if (this.#hasData) this.#data.add(LINE_FEED);
      this.#hasData = true;
      this.#dataBytes += end - start;
      if (value < end) this.#data.add(bytes.subarray(value, end));
    } else if (bytes[start] !== COLON) this.#readField(bytes.subarray(start, end));
  }

  /** A line that is neither data nor a comment. */
  #readField(line: Uint8Array): void {
    const text = utf8Text(line.subarray(0, LONGEST_FIELD_NAME));
    if (ERROR_NAME.test(text)) this.#isNamedError = true;
    else this.#hasUnreadable ||= !FIELD.test(text);
  }

  /**
   * Handles a last line without a line end: the beginning of the word "data" would be taken for another field's
   * name.
   */
  #endLine(): void {
    const rest = this.#pieces.take();
    const isTorn = rest.length < DATA.length && startsWith(DATA, rest);
    if (isTorn) this.#fail("torn", endedInEvent());
    else this.#readLine(rest, { start: 0, end: rest.length });
  }

  /** Ends the event at its blank line. */
  #dispatch(): void {
    if (this.#hasData || this.#isNamedError) {
      this.#emit(this.#takeData(), true);
    }
  }

  /** Ends the event without its blank line: it is valid only if it is complete. */
  #flush(): void {
    if (this.#hasData || this.#isNamedError) {
      this.#emit(this.#takeData(), false);
    }
  }

  #emit(payload: Uint8Array, isEnded: boolean): void {
    const isNamedError = this.#isNamedError;
    this.#isNamedError = false;
    const context = { isEnveloped: this.#isEnveloped, isNamedError, isEnded };
    this.#hasRead = true;
    for (const event of readPayload(payload, context)) {
      this.#events.push(event);
      if (event.type === "error") this.#isOver = true;
    }
    if (this.#events.length > MOST_EVENTS && !this.#isOver) {
      this.#fail("unreadable", tooManyEvents());
    }
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.add(piece);
    if (this.#dataBytes + this.#pieces.length > this.#maxEventBytes) this.#failTooLarge();
  }

  #fail(cause: StreamFailure, error: RpcError): void {
    this.#events.push(failure(cause, error));
    this.#isOver = true;
    this.#pieces.clear();
    this.#data.clear();
  }

  #failTooLarge(): void {
    const message = `Upstream sent an event of more than ${this.#maxEventBytes} bytes; ` +
      "ask for a shorter response";
    this.#fail("unreadable", new RpcError("INTERNAL", message));
  }

  #takeData(): Uint8Array {
    this.#hasData = false;
    this.#dataBytes = 0;
    return this.#data.take();
  }

  #takeEvents(): StreamEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}

function isNotEmpty(bytes: Uint8Array): boolean {
  return bytes.length > 0;
}

/** As `indexOf`, which is expensive to call: blank lines and the chunk's end are detected without it. */
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
