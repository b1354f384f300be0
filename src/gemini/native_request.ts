/**
 * A client's body: checked once, kept as the bytes that came, so that what Pollux does not know reaches
 * upstream untouched. What Pollux changes is a list of edits of those bytes.
 *
 * @module
 */
import { withoutByteOrderMark } from "../base/byte_order_mark.ts";
import { delay } from "../base/delay.ts";
import { JsonBreak, JsonExcess, JsonNoText } from "./json/json_break.ts";
import { JsonScanner } from "./json/json_scanner.ts";
import type { JsonNode } from "./json/json_node.ts";
import { type JsonEdit, withEdits } from "./json/json_edit.ts";
import { REQUEST_SHAPE } from "./native_shape.ts";
import { removals } from "./json/removals.ts";
import { RpcError } from "./errors/rpc_error.ts";

/** Up to this index, in bytes, a broken body's place is told by line and column. */
const LOCATE_LIMIT = 1024 * 1024;

/** How much is checked before the time is thought of, in bytes. */
const SLICE = 128 * 1024;

/**
 * How much is checked before others get their turn, in bytes and in values: some milliseconds of the
 * event loop. Long strings are checked quickly, many small values slowly.
 */
const TURN = { bytes: 4 * 1024 * 1024, values: 100_000 } as const;

/** What is looked at to tell text from other bytes, where the JSON breaks. */
const BEGINNING = 4096;

/** Most contents, parts and fields of theirs: each takes memory while the call lasts. */
const MOST_KEPT = 200_000;

const EMPTY_OBJECT = new TextEncoder().encode("{}");

/** A body, and the edits that have been made to it. */
export class NativeRequest {
  /** The JSON as the client sent it (UTF-8, no byte order mark). */
  readonly source: Uint8Array;
  /** What Pollux reads of it; places are those in `source`. */
  readonly body: JsonNode;
  /** What is changed besides members that are taken out, in the order of the places. */
  readonly edits: readonly JsonEdit[];
  /** The names of the body's members that are taken out. */
  readonly #gone: readonly string[];
  #bytes: Uint8Array | undefined;

  constructor(body: JsonNode, edits: readonly JsonEdit[] = [], gone: readonly string[] = []) {
    this.source = body.source;
    this.body = body;
    this.edits = edits;
    this.#gone = gone;
  }

  /** The JSON with all edits made; every other byte is as it came. */
  get bytes(): Uint8Array {
    return this.#bytes ??= this.#edited();
  }

  /**
   * The same with further edits.
   *
   * @param edits In any order; none overlaps another, nor one that was made before.
   */
  edited(edits: readonly JsonEdit[]): NativeRequest {
    if (edits.length === 0) return this;
    return new NativeRequest(this.body, [...this.edits, ...edits].sort(byPlace), this.#gone);
  }

  /**
   * The same without some of the body's members. Which commas go with them depends on all that are
   * taken out.
   *
   * @param names Their names, unescaped.
   */
  without(names: readonly string[]): NativeRequest {
    return this.body.members.some(({ name }) => names.includes(name))
      ? new NativeRequest(this.body, this.edits, [...this.#gone, ...names])
      : this;
  }

  #edited(): Uint8Array {
    if (this.edits.length + this.#gone.length === 0) return this.source;
    const gone = this.body.members.filter(({ name }) => this.#gone.includes(name));
    return withEdits(this.source, [...this.edits, ...removals(gone)].sort(byPlace));
  }
}

/**
 * Reads a body, whatever its Content-Type said.
 *
 * @param bytes The whole body; an empty one is an empty message, as for Google.
 * @throws {RpcError} INVALID_ARGUMENT that says where the JSON is broken.
 */
export function parseNativeRequest(bytes: Uint8Array): NativeRequest {
  const reading = new Reading(bytes);
  reading.read();
  return reading.request();
}

/**
 * The same, in turns: other calls go on while a large body is read.
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

  /** Reads on; whether the end was reached. */
  read(most?: number): boolean {
    try {
      return this.#scanner.scan(most);
    } catch (error) {
      throw this.#refusal(error);
    }
  }

  /** Reads on for one turn; whether the end was reached. */
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
    return new NativeRequest(body);
  }

  #refusal(error: unknown): unknown {
    if (!(error instanceof JsonBreak)) return error;
    return new RpcError("INVALID_ARGUMENT", this.#why(error));
  }

  #why(error: JsonBreak): string {
    if (error instanceof JsonExcess) {
      return `Cannot read the request body: it holds ${error.message}, the most this gateway takes`;
    }
    if (error instanceof JsonNoText || !isText(this.#bytes.subarray(0, BEGINNING))) {
      return "Cannot read the request body: it is not valid UTF-8";
    }
    return `Invalid JSON payload received: ${error.message} at ${place(this.#bytes, error.at)}`;
  }
}

/** Whether bytes may be the beginning of a text. */
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
