/**
 * Reads a request's body within limits of size and time: Deno itself sets none.
 *
 * @module
 */
import { joinBytes } from "../gemini/join_bytes.ts";
import { RpcError } from "../gemini/rpc_error.ts";
import type { WatchedCall } from "./call_watch.ts";

/** Up to this size, in bytes, a body of declared length is read in one go. */
const SMALL_BODY = 1024 * 1024;

/** The limits of a body. */
export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/**
 * Reads a body whole.
 *
 * @param call The call that the body belongs to: keeps the time.
 * @throws {RpcError} 413 for one that is too large, 408 for one that takes too long, 400 for one that
 * breaks off.
 */
export async function readBody(call: WatchedCall, limits: BodyLimits): Promise<Uint8Array> {
  const { request } = call;
  const declared = Number(request.headers.get("content-length") ?? NaN);
  if (declared > limits.maxBytes) throw tooLarge(limits);
  // Deno reads a small body fastest while nobody has asked for its stream.
  const reading = declared <= SMALL_BODY ? request.bytes() : collect(request.body, limits);
  try {
    return await call.within(limits.timeoutMs, reading, tooSlow);
  } catch (error) {
    if (error instanceof RpcError) throw error;
    throw new RpcError("INVALID_ARGUMENT", "Cannot read the request body: it broke off");
  }
}

async function collect(
  body: ReadableStream<Uint8Array> | null,
  limits: BodyLimits,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > limits.maxBytes) throw tooLarge(limits);
    chunks.push(chunk);
  }
  return joinBytes(chunks);
}

function tooLarge(limits: BodyLimits): RpcError {
  const mebibytes = limits.maxBytes / (1024 * 1024);
  return new RpcError(
    "INVALID_ARGUMENT",
    `The request body is larger than ${
      Number(mebibytes.toFixed(3))
    } MiB, the most this gateway takes`,
    { code: 413 },
  );
}

function tooSlow(timeoutMs: number): RpcError {
  return new RpcError(
    "DEADLINE_EXCEEDED",
    `The request body did not arrive within ${timeoutMs / 1000} s`,
    { code: 408 },
  );
}
