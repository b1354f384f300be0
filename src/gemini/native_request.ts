/**
 * A client's body: validated once and kept as received, so that members unknown to Pollux reach upstream
 * unchanged. Pollux's changes are a list of edits of those bytes.
 *
 * @module
 */
import { withoutByteOrderMark } from "../base/text/byte_order_mark.ts";
import { delay } from "../base/delay.ts";
import { JsonLimitError, JsonNotTextError, JsonSyntaxError } from "./json/json_syntax_error.ts";
import { JsonScanner } from "./json/json_scanner.ts";
import type { JsonNode } from "./json/json_node.ts";
import type { LabelledNode } from "./json/json_shape.ts";
import { type JsonEdit, withEdits } from "./json/json_edit.ts";
import { REQUEST_SHAPE } from "./native_shape.ts";
import { removals } from "./json/removals.ts";
import { RpcError } from "./errors/rpc_error.ts";

/** Up to this index, in bytes, a syntax error is located by line and column. */
const LOCATE_LIMIT = 1024 * 1024;

/** How much is scanned between two checks of the limits of a turn, in bytes. */
const SLICE = 128 * 1024;

/**
 * How much is scanned before yielding to the event loop, in bytes and in values: some milliseconds. Long
 * strings are checked quickly, many small values slowly.
 */
const TURN = { bytes: 4 * 1024 * 1024, values: 100_000 } as const;

/** How many bytes are examined to tell text from binary data after a syntax error. */
const BEGINNING = 4096;

/** Most contents, parts and their fields that are kept: each takes memory while the call lasts. */
const MOST_KEPT = 200_000;

const EMPTY_OBJECT = new TextEncoder().encode("{}");

/** What a request consists of besides its body. */
interface RequestParts {
  readonly references?: readonly LabelledNode[];
  readonly edits?: readonly JsonEdit[];
  readonly gone?: readonly string[];
}

/** A body and its edits. */
export class NativeRequest {
  /** The JSON as the client sent it (UTF-8, no byte order mark). */
  readonly source: Uint8Array;
  /** What Pollux reads of it; positions are those in `source`. */
  readonly body: JsonNode;
  /** The edits other than removed members, ordered by position. */
  readonly edits: readonly JsonEdit[];
  /** The values that may name resources, labelled with the resources' collection. */
  readonly references: readonly LabelledNode[];
  /** The names of the body's members that are removed. */
  readonly #gone: readonly string[];
  #bytes: Uint8Array | undefined;

  constructor(body: JsonNode, parts: RequestParts = {}) {
    this.source = body.source;
    this.body = body;
    this.references = parts.references ?? [];
    this.edits = parts.edits ?? [];
    this.#gone = parts.gone ?? [];
  }

  /** The JSON with all edits applied; every other byte is unchanged. */
  get bytes(): Uint8Array {
    return this.#bytes ??= this.#edited();
  }

  /**
   * The same with further edits.
   *
   * @param edits In any order; none overlaps another or an earlier edit.
   */
  edited(edits: readonly JsonEdit[]): NativeRequest {
    if (edits.length === 0) return this;
    return new NativeRequest(this.body, {
      references: this.references,
      edits: [...this.edits, ...edits].sort(byPlace),
      gone: this.#gone,
    });
  }

  /**
   * The same without some of the body's members. Which commas are removed depends on all removed members.
   *
   * @param names Their names, unescaped.
   */
  without(names: readonly string[]): NativeRequest {
    return this.body.members.some(({ name }) => names.includes(name))
      ? new NativeRequest(this.body, {
        references: this.references,
        edits: this.edits,
        gone: [...this.#gone, ...names],
      })
      : this;
  }

  #edited(): Uint8Array {
    if (this.edits.length + this.#gone.length === 0) return this.source;
    const gone = this.body.members.filter(({ name }) => this.#gone.includes(name));
    return withEdits(this.source, [...this.edits, ...removals(gone)].sort(byPlace));
  }
}

/**
 * Reads a body, whatever its Content-Type.
 *
 * @param bytes The whole body; an empty body is an empty message, as for Google.
 * @throws {RpcError} INVALID_ARGUMENT with the position of the syntax error.
 */
export function parseNativeRequest(bytes: Uint8Array): NativeRequest {
  const reading = new Reading(bytes);
  reading.read();
  return reading.request();
}

/**
 * The same, in several turns of the event loop: other calls continue while a large body is read.
 *
 * @param bytes The whole body.
 * @throws {RpcError} As {@linkcode parseNativeRequest}.
 */
export async function readNativeRequest(bytes: Uint8Array): Promise<NativeRequest> {
  const reading = new Reading(bytes);
  while (!reading.readTurn()) await delay();
  return reading.request();
}

class Reading {
  readonly #bytes: Uint8Array;
  readonly #scanner: JsonScanner;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes.length === 0 ? EMPTY_OBJECT : withoutByteOrderMark(bytes);
    this.#scanner = new JsonScanner(this.#bytes, { shape: REQUEST_SHAPE, mostKept: MOST_KEPT });
  }

  /** Continues reading; returns whether the end was reached. */
  read(most?: number): boolean {
    try {
      return this.#scanner.scan(most);
    } catch (error) {
      throw this.#refusal(error);
    }
  }

  /** Continues reading for one turn; returns whether the end was reached. */
  readTurn(): boolean {
    const lastValue = this.#scanner.values + TURN.values;
    for (let bytes = 0; bytes < TURN.bytes && this.#scanner.values < lastValue; bytes += SLICE) {
      if (this.read(SLICE)) return true;
    }
    return false;
  }

  request(): NativeRequest {
    let body: JsonNode;
    try {
      body = this.#scanner.root();
    } catch (error) {
      throw this.#refusal(error);
    }
    if (!body.isObject) {
      throw new RpcError(
        "INVALID_ARGUMENT",
        'Invalid JSON payload received: the body must be an object, as in {"contents": […]}',
      );
    }
    return new NativeRequest(body, { references: this.#scanner.labelled });
  }

  #refusal(error: unknown): unknown {
    if (!(error instanceof JsonSyntaxError)) return error;
    return new RpcError("INVALID_ARGUMENT", this.#why(error));
  }

  #why(error: JsonSyntaxError): string {
    if (error instanceof JsonLimitError) {
      return `Cannot read the request body: it holds ${error.message}, the most this gateway takes`;
    }
    if (error instanceof JsonNotTextError || !isText(this.#bytes.subarray(0, BEGINNING))) {
      return "Cannot read the request body: it is not valid UTF-8";
    }
    return `Invalid JSON payload received: ${error.message} at ${place(this.#bytes, error.at)}`;
  }
}

/** Whether the bytes may be the beginning of a text. */
function isText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function place(bytes: Uint8Array, at: number): string {
  if (at > LOCATE_LIMIT) return `byte ${at}`;
  const lines = new TextDecoder().decode(bytes.subarray(0, at)).split("\n");
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}

function byPlace(one: JsonEdit, other: JsonEdit): number {
  return one.at - other.at;
}

/** The request of a method without a JSON body: an empty message. */
export const NO_BODY: NativeRequest = parseNativeRequest(new Uint8Array());
