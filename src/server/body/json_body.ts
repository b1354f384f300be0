/**
 * Reads the small JSON bodies of the page and the admin API.
 *
 * @module
 */
import { ByteCollector } from "../../base/byte_collector.ts";
import { type JsonObject, parsedObject } from "../../base/json.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { CallRecord } from "../call/call_record.ts";
import { BodyReader } from "./body_reader.ts";
import { contentCoding } from "./content_encoding.ts";

/** Most bytes per read. */
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
 * @throws {RpcError} As {@linkcode readBytes}; 400 if it is none.
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
 * @throws {RpcError} 400 if it is cut off, 408 if it takes too long, 413 if it is too large, 415 if it is compressed.
 */
export async function readBytes(request: Request, limits: JsonBodyLimits): Promise<Uint8Array> {
  const { maxBytes, timeoutMs, record } = limits;
  if (contentCoding(request.headers) !== undefined) {
    const message = 'Here a body must come as it is, without "Content-Encoding"';
    throw new RpcError("INVALID_ARGUMENT", message, { code: 415 });
  }
  const reader = BodyReader.of(request);
  if (reader === undefined) return new Uint8Array();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const message = `The request's body did not arrive within ${timeoutMs / 1000} s`;
    reject(new RpcError("DEADLINE_EXCEEDED", message, { code: 408 }));
  }, timeoutMs);
  const bytes = new ByteCollector();
  let room = new Uint8Array(PIECE_BYTES);
  try {
    while (true) {
      const { done, value } = await Promise.race([reader.read(room), late]);
      if (done || value === undefined) break;
      // The memory of a read is far larger than a piece may be, and a body may come in single bytes.
      bytes.add(value.slice());
      if (reader.fillsRoom) room = new Uint8Array(value.buffer);
      record.bytesIn += value.length;
      if (bytes.length > maxBytes) {
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
  return bytes.take();
}
