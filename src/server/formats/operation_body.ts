/**
 * Reads the JSON bodies of operations, and tells them from forms.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { JsonLimitError } from "../../gemini/json/json_syntax_error.ts";
import { parseBounded } from "../../gemini/json/parse_bounded.ts";
import { parseNativeRequest } from "../../gemini/native_request.ts";

/** Most values of a JSON body, as many as fit into a body of 1 MiB at most, or into any usual one. */
const MOST_VALUES = 500_000;

/** Most levels of a JSON body: a response that repeats a part of it has to be written, too. */
const MOST_LEVELS = 1000;

/**
 * Parses a JSON body, once. One byte order mark before it is no part of it.
 *
 * @param bytes The whole body.
 * @throws {RpcError} INVALID_ARGUMENT with the place of the syntax error.
 */
export function jsonBody(bytes: Uint8Array): JsonObject {
  const value = parsed(bytes);
  if (bytes.length > 2 * MOST_LEVELS && hasTooManyLevels(value)) {
    throw new RpcError(
      "INVALID_ARGUMENT",
      `Cannot read the request body: it holds more than ${MOST_LEVELS} nested levels`,
    );
  }
  if (isJsonObject(value)) return value;
  throw new RpcError(
    "INVALID_ARGUMENT",
    'Cannot read the request body: it must be a JSON object, as in {"model": "…"}',
  );
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return parseBounded(bytes, { bytes: Infinity, values: MOST_VALUES });
  } catch (error) {
    if (error instanceof JsonLimitError) {
      const message = `Cannot read the request body: it holds ${error.message}`;
      throw new RpcError("INVALID_ARGUMENT", message);
    }
    // It says where the error is; the message of JSON.parse quotes the body.
    if (bytes.length > 0) parseNativeRequest(bytes);
    throw new RpcError("INVALID_ARGUMENT", "Cannot read the request body: it is empty");
  }
}

/** Goes from level to level: a call for each would fill the stack. */
function hasTooManyLevels(value: unknown): boolean {
  let values = [value];
  for (let level = 0; values.length > 0; level++) {
    if (level > MOST_LEVELS) return true;
    const inner: unknown[] = [];
    for (const one of values) {
      if (typeof one !== "object" || one === null) continue;
      for (const member of Object.values(one)) {
        if (typeof member === "object") inner.push(member);
      }
    }
    values = inner;
  }
  return false;
}

/** Whether a request has a multipart form. */
export function hasForm(headers: Headers): boolean {
  return /^multipart\/form-data\b/i.test(headers.get("content-type") ?? "");
}
