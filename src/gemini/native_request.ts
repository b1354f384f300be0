/**
 * A client's body: read once, kept as the bytes that came, so that what Pollux does not know reaches
 * upstream untouched.
 *
 * @module
 */
import { parse } from "lossless-json";
import { isJsonObject, type JsonObject } from "./json_object.ts";
import { RpcError } from "./rpc_error.ts";

/** A parsed body beside its bytes. */
export interface NativeRequest {
  /** The JSON as the client sent it (UTF-8, no byte order mark). */
  readonly bytes: Uint8Array;
  /** The same, parsed. */
  readonly body: JsonObject;
}

/** Beyond this many characters a broken body's place is not searched for: the search is slow. */
const LOCATE_LIMIT = 1024 * 1024;

const decoder = new TextDecoder("utf-8", { fatal: true });
const EMPTY_OBJECT = new TextEncoder().encode("{}");

/**
 * Reads a body, whatever its Content-Type said.
 *
 * @param bytes The whole body; an empty one is an empty message, as for Google.
 * @throws {RpcError} INVALID_ARGUMENT that says where the JSON is broken.
 */
export function parseNativeRequest(bytes: Uint8Array): NativeRequest {
  if (bytes.length === 0) return { bytes: EMPTY_OBJECT, body: {} };
  const json = withoutByteOrderMark(bytes);
  let text: string;
  try {
    text = decoder.decode(json);
  } catch {
    throw new RpcError("INVALID_ARGUMENT", "Cannot read the request body: it is not valid UTF-8");
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new RpcError("INVALID_ARGUMENT", `Invalid JSON payload received: ${describeBreak(text)}`);
  }
  if (!isJsonObject(body)) {
    throw new RpcError(
      "INVALID_ARGUMENT",
      'Invalid JSON payload received: the body must be an object, as in {"contents": […]}',
    );
  }
  return { bytes: json, body };
}

function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** V8 itself names the place of some errors only. */
function describeBreak(text: string): string {
  if (text.length > LOCATE_LIMIT) return "it is not valid JSON";
  try {
    // A doubled key is no break: the last one counts, as for JSON.parse.
    parse(text, undefined, { onDuplicateKey: ({ newValue }) => newValue });
  } catch (error) {
    const match = /^(.*?),? at position (\d+)$/s.exec(error instanceof Error ? error.message : "");
    if (match?.[1] !== undefined) return `${match[1]} at ${place(text, Number(match[2]))}`;
  }
  return "it is not valid JSON";
}

function place(text: string, position: number): string {
  const before = text.slice(0, position).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
