/**
 * Reads the JSON body of a request of the admin API.
 *
 * @module
 */
import { JsonLimitError } from "../../gemini/json/json_syntax_error.ts";
import { parseBounded } from "../../gemini/json/parse_bounded.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { readBytes } from "../body/json_body.ts";
import type { CallRecord } from "../call/call_record.ts";

/** Largest body, in bytes. */
const MOST_BODY_BYTES = 1024 * 1024;

/** Most values of a body: a request has a few hundred at most. */
const MOST_VALUES = 20_000;

/** Longest time for a body to arrive, in ms. */
const TIMEOUT_MS = 30_000;

/**
 * The value of the body; undefined if there is none.
 *
 * @param record Gets the bytes of the body.
 * @throws {RpcError} INVALID_ARGUMENT: 400 for a body that is not JSON, 408 for one that takes too long, 413 for one
 * that is too large, 415 for one in a coding. The unread part can still be read afterwards.
 */
export async function readJson(
  request: Request,
  record: Pick<CallRecord, "bytesIn">,
): Promise<unknown> {
  const limits = { maxBytes: MOST_BODY_BYTES, timeoutMs: TIMEOUT_MS, record };
  const bytes = await readBytes(request, limits);
  if (bytes.length === 0) return undefined;
  try {
    return parseBounded(bytes, { bytes: MOST_BODY_BYTES, values: MOST_VALUES });
  } catch (error) {
    throw error instanceof JsonLimitError
      ? new RpcError("INVALID_ARGUMENT", `The body has ${error.message}`, { code: 413 })
      : new RpcError("INVALID_ARGUMENT", "The body is not JSON");
  }
}
