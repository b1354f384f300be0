/**
 * Classifies one message of an upstream: a response, a part of one, or an error with status 200.
 *
 * @module
 */
import { utf8Text } from "../../base/text/text.ts";
import { JsonReader, JsonTextError } from "../json/json_reader.ts";

/** The result of scanning a GenerateContentResponse, whole or one chunk of a stream. */
export interface ResponseFacts {
  /**
   * The response's bytes, out of its envelope, as a view; `undefined` if an envelope has none. For an error:
   * the bytes that report it.
   */
  readonly json: Uint8Array | undefined;
  /** Whether it reports an error. A message with a candidate is not an error, whatever else it contains. */
  readonly isError: boolean;
  /** Whether a candidate has content, or the prompt was blocked. */
  readonly hasResponse: boolean;
  /** Whether it has an unknown field, which may be content too. */
  readonly hasUnknown: boolean;
  /** Candidates that have begun and need a finish reason: one bit for each index. */
  readonly begun: number;
  /** Candidates that are complete: one bit for each index. */
  readonly finished: number;
}

/** All candidates: none expects more chunks. */
export const ALL_CANDIDATES = -1;

/** Higher indexes share a bit. Google's most for `candidateCount` is 8. */
const MOST_CANDIDATES = 31;

/** Most members, candidates and parts of one message that are read: no response has so many. */
const MOST_SEEN = 100_000;

const QUOTE = 0x22;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;

/**
 * Scans a message, once and without parsing it. Only top-level members decide whether it is an error: `error`,
 * `type: "error"`, or a google.rpc.Status without an envelope. `{"error":null}` is one if there is no other
 * member.
 *
 * @param json UTF-8 bytes of one JSON object; white space around it is allowed.
 * @param isEnveloped Whether it is Code Assist's envelope, with the response in its member `response`.
 * A message without an envelope that has candidates or a token count is accepted as well.
 * @throws {JsonTextError} If the text is not one whole object.
 */
export function scanResponse(json: Uint8Array, isEnveloped = false): ResponseFacts {
  const reader = new JsonReader(json);
  const outer = new MessageScan(isEnveloped);
  outer.scan(reader);
  reader.end();
  if (!isEnveloped || outer.hasCandidate) return outer.facts(json);
  const { inner } = outer;
  if (inner?.scan.hasCandidate) return inner.scan.facts(json.subarray(inner.start, inner.end));
  if (outer.isError) return outer.facts(json);
  if (inner !== undefined) return inner.scan.facts(json.subarray(inner.start, inner.end));
  return outer.facts(outer.hasCount ? json : undefined);
}

/** One object that may be a response. */
class MessageScan {
  readonly #isEnvelope: boolean;
  inner: { readonly scan: MessageScan; readonly start: number; readonly end: number } | undefined;
  hasCandidate = false;
  hasCount = false;
  #hasError = false;
  #hasEmptyError = false;
  #hasErrorCode = false;
  #hasErrorMessage = false;
  /** Whether there are members other than those of an error. */
  #hasOther = false;
  #hasUnknown = false;
  #hasResponse = false;
  #begun = 0;
  #seen = 0;
  #finished = 0;

  constructor(isEnvelope = false) {
    this.#isEnvelope = isEnvelope;
  }

  get isError(): boolean {
    if (this.hasCandidate) return false;
    return this.#hasError || (this.#hasErrorCode && this.#hasErrorMessage) ||
      (this.#hasEmptyError && !this.#hasOther);
  }

  facts(json: Uint8Array | undefined): ResponseFacts {
    return {
      json,
      isError: this.isError,
      hasResponse: this.#hasResponse,
      hasUnknown: this.#hasUnknown,
      begun: this.#begun,
      finished: this.#finished,
    };
  }

  scan(reader: JsonReader): void {
    for (let has = reader.enterObject(); has; has = reader.nextMember()) {
      this.#count(reader);
      this.#member(reader);
    }
  }

  /** Counts one more member or candidate. */
  #count(reader: JsonReader): void {
    if (++this.#seen > MOST_SEEN) throw new JsonTextError(false, reader.at);
  }

  #member(reader: JsonReader): void {
    if (reader.isNamed("candidates")) {
      this.#hasOther = true;
      if (reader.isArray) this.#candidates(reader);
      else reader.skip();
    } else if (
      reader.isNamed("usageMetadata") || reader.isNamed("modelVersion") ||
      reader.isNamed("responseId") || reader.isNamed("createTime") ||
      reader.isNamed("modelStatus")
    ) {
      this.#hasOther = true;
      reader.skip();
    } else if (reader.isNamed("promptFeedback")) {
      this.#hasOther = true;
      this.#promptFeedback(reader);
    } else if (this.#isEnvelope && reader.isNamed("response")) this.#response(reader);
    else if (reader.isNamed("error")) this.#error(reader);
    else this.#rare(reader);
  }

  #rare(reader: JsonReader): void {
    if (reader.isNamed("type")) {
      if (isString(reader.take(), "error")) this.#hasError = true;
      else this.#hasUnknown = true;
    } else if (reader.isNamed("code")) {
      const code = Number(utf8Text(reader.take()));
      this.#hasErrorCode = code >= 400 && code <= 599;
    } else if (reader.isNamed("message")) {
      this.#hasErrorMessage = reader.peek() === QUOTE;
      reader.skip();
    } else if (
      reader.isNamed("status") || reader.isNamed("details") || reader.isNamed("traceId")
    ) reader.skip();
    else {
      if (reader.isNamed("totalTokens")) this.hasCount = true;
      this.#hasOther = true;
      this.#hasUnknown = true;
      reader.skip();
    }
  }

  #response(reader: JsonReader): void {
    if (!reader.isObject) return reader.skip();
    const scan = new MessageScan();
    const start = reader.at;
    scan.scan(reader);
    this.inner = { scan, start, end: reader.at };
    this.#hasOther ||= !scan.isError;
  }

  #error(reader: JsonReader): void {
    const first = reader.peek();
    const value = reader.take();
    const isEmpty = first === LETTER_N || first === LETTER_F || value.length === 2 &&
        first === QUOTE;
    if (isEmpty) this.#hasEmptyError = true;
    else this.#hasError = true;
  }

  #promptFeedback(reader: JsonReader): void {
    if (!reader.isObject) return reader.skip();
    for (let has = reader.enterObject(); has; has = reader.nextMember()) {
      const isReason = reader.isNamed("blockReason");
      if (isReason && isSet(reader)) {
        this.#hasResponse = true;
        this.#finished = ALL_CANDIDATES;
      } else if (!isReason) reader.skip();
    }
  }

  #candidates(reader: JsonReader): void {
    let position = 0;
    for (let has = reader.enterArray(); has; has = reader.nextItem()) {
      this.#count(reader);
      if (reader.isObject) this.#candidate(reader, position);
      else reader.skip();
      this.hasCandidate = true;
      position++;
    }
  }

  #candidate(reader: JsonReader, position: number): void {
    let index = position;
    let hasContent = false;
    let needsReason = false;
    let isFinished = false;
    for (let has = reader.enterObject(); has; has = reader.nextMember()) {
      this.#count(reader);
      if (reader.isNamed("content")) {
        const kind = contentKind(reader);
        hasContent ||= kind !== "nothing";
        needsReason ||= kind === "something";
      } else if (reader.isNamed("finishReason") || reader.isNamed("continuationToken")) {
        if (isSet(reader)) hasContent = isFinished = true;
      } else if (reader.isNamed("index")) {
        const number = Number(utf8Text(reader.take()));
        if (number >= 0) index = number;
      } else {
        hasContent ||= !reader.isNamed("safetyRatings");
        reader.skip();
      }
    }
    const bit = 1 << Math.min(Math.trunc(index), MOST_CANDIDATES - 1);
    this.#hasResponse ||= hasContent;
    if (needsReason) this.#begun |= bit;
    if (isFinished) this.#finished |= bit;
  }
}

/**
 * Classifies a content: `media` is inline data alone, each part of which is complete by itself, so that its
 * candidate needs no finish reason.
 */
function contentKind(reader: JsonReader): "nothing" | "media" | "something" {
  let kind: "nothing" | "media" | "something" = "nothing";
  let seen = 0;
  if (!reader.isObject) {
    reader.skip();
    return kind;
  }
  for (let has = reader.enterObject(); has; has = reader.nextMember()) {
    if (!reader.isNamed("parts") || !reader.isArray) {
      reader.skip();
      continue;
    }
    for (let hasItem = reader.enterArray(); hasItem; hasItem = reader.nextItem()) {
      if (++seen > MOST_SEEN) throw new JsonTextError(false, reader.at);
      const partKind = contentOfPart(reader);
      if (partKind === "something" || kind === "nothing") kind = partKind;
    }
  }
  return kind;
}

function contentOfPart(reader: JsonReader): "nothing" | "media" | "something" {
  let hasContent = false;
  let isMedia = false;
  if (!reader.isObject) {
    reader.skip();
    return "nothing";
  }
  for (let has = reader.enterObject(); has; has = reader.nextMember()) {
    if (reader.isNamed("text")) {
      if (!isEmptyString(reader)) hasContent = true;
    } else {
      hasContent = true;
      isMedia ||= reader.isNamed("inlineData");
      reader.skip();
    }
  }
  if (!hasContent) return "nothing";
  return isMedia ? "media" : "something";
}

/** Skips a value; true unless it is null or an empty string. */
function isSet(reader: JsonReader): boolean {
  const isNull = reader.peek() === LETTER_N;
  return !isEmptyString(reader) && !isNull;
}

/** Skips a value; true for `""`. */
function isEmptyString(reader: JsonReader): boolean {
  const isText = reader.peek() === QUOTE;
  const start = reader.at;
  reader.skip();
  return isText && reader.at - start === 2;
}

/** Whether the bytes are that text between quotes. */
function isString(json: Uint8Array, text: string): boolean {
  return json.length === text.length + 2 && utf8Text(json) === `"${text}"`;
}
