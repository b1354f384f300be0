/**
 * Reads the small JSON bodies of the page and the admin API.
 *
 * @module
 */
import { joinBytes } from "../../base/join_bytes.ts";
import { type JsonObject, parsedObject } from "../../base/json.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { CallRecord } from "../call/call_record.ts";
import { BodyReader } from "./body_reader.ts";

/** Bytes per read. */
const PIECE_BYTES = 16 * 1024;

/** The limits of a body. */
export interface JsonBodyLimits {
  /** Most bytes. */
  readonly maxBytes: number;
  /** Longest time to arrive, in ms. */
  readonly timeoutMs: number;
  /** Gets the number of its bytes. */
  readonly record: Pick<CallRecord, "bytesIn">;
}

/**
 * Reads the JSON object in the body of a request.
 *
 * @throws {RpcError} 400 if it is none, 413 if it is too large, 408 if it takes too long.
 */
export async function readJsonBody(request: Request, limits: JsonBodyLimits): Promise<JsonObject> {
  const value = parsedObject(await readBytes(request, limits));
  if (value === undefined) {
    throw new RpcError(
      "INVALID_ARGUMENT",
      "Cannot read the request's body: it is not a JSON object",
    );
  }
  return value;
}

/**
 * Reads the bytes of a small body; there are none if the request has no body. The unread part can still be read after
 * an error.
 *
 * @throws {RpcError} 400 if it is cut off, 413 if it is too large, 408 if it takes too long.
 */
export async function readBytes(request: Request, limits: JsonBodyLimits): Promise<Uint8Array> {
  const { maxBytes, timeoutMs, record } = limits;
  const reader = BodyReader.of(request);
  if (reader === undefined) return new Uint8Array();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const message = `The request's body did not arrive within ${timeoutMs / 1000} s`;
    reject(new RpcError("DEADLINE_EXCEEDED", message, { code: 408 }));
  }, timeoutMs);
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    while (true) {
      const { done, value } = await Promise.race([reader.read(new Uint8Array(PIECE_BYTES)), late]);
      if (done || value === undefined) break;
      pieces.push(value);
      length += value.length;
      record.bytesIn += value.length;
      if (length > maxBytes) {
        const message = `The request's body has more than ${maxBytes} bytes`;
        throw new RpcError("INVALID_ARGUMENT", message, { code: 413 });
      }
    }
  } catch (error) {
    reader.release();
    if (error instanceof RpcError) throw error;
    throw new RpcError("INVALID_ARGUMENT", "The request's body was cut off");
  } finally {
    clearTimeout(timer);
  }
  return joinBytes(pieces);
}
