/**
 * Reads a request's body within limits of size and time, which Deno itself does not have.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { BodyHold } from "./body_memory.ts";
import { BodyReader } from "./body_reader.ts";
import type { CallRecord } from "../call/call_record.ts";
import type { WatchedCall } from "../call/call_watch.ts";
import { type ContentCoding, contentCoding, decompressed } from "./content_encoding.ts";
import { GrowingBuffer, type Room } from "./growing_buffer.ts";

/** Bytes per read if the length of the body is unknown. */
const PIECE_BYTES = 64 * 1024;

/**
 * Up to this length, in bytes, a body is read by `Request.bytes()`, since Deno usually has it in memory
 * already: reading it as a stream would cost more than the rest of such a call.
 */
const SHORT_BODY = 64 * 1024;

/**
 * Smallest buffer, in bytes, for a read of a body with unknown length. Deno reads the chunk headers into it as
 * well, and a read never ends (2.9.6) if only a part of a chunk header fits.
 */
const LEAST_ROOM = 4 * 1024;

const NOTHING = new Uint8Array();

/** The limits of a body. */
export interface BodyLimits {
  /** Most bytes, both as received and decompressed. */
  readonly maxBytes: number;
  /** Longest time to arrive, in ms. */
  readonly timeoutMs: number;
  /** The hold that accounts for its memory. */
  readonly hold: BodyHold;
  /** Gets the bytes as the client sent them. */
  readonly record: Pick<CallRecord, "bytesIn">;
}

/** Longer than any wait for memory, in ms. */
const MEMORY_WAIT_MS = 60_000;

/**
 * Reads a whole body, and decompresses it. The limits apply to the bytes received, whatever was declared.
 *
 * @param call The call that the body belongs to; enforces the time limit.
 * @throws {RpcError} 413 for a body that is too large, 415 for an unsupported coding, 408 for a body that
 * takes too long, 503 if there is no memory for it, 400 for a body that is truncated or not in its declared
 * coding. The unread part can still be read afterwards.
 */
export async function readBody(call: WatchedCall, limits: BodyLimits): Promise<Uint8Array> {
  const { headers } = call.request;
  const coding = contentCoding(headers);
  function take(bytes: number): Promise<void> | undefined {
    const memory = limits.hold.take(bytes);
    return memory && call.waitForMemory(memory);
  }
  const room = {
    maxBytes: limits.maxBytes,
    take,
    tooLarge: () => tooLarge(limits),
  };
  // Transfer-Encoding overrides Content-Length (RFC 9112 section 6.3).
  const isChunked = headers.has("transfer-encoding");
  const declared = isChunked ? 0 : Number(headers.get("content-length") ?? 0);
  if (declared > limits.maxBytes) throw room.tooLarge();
  const memory = limits.hold.take(declared);
  if (memory !== undefined) {
    await call.within(MEMORY_WAIT_MS, call.waitForMemory(memory), tooSlow);
  }
  if (coding === undefined && isShort(headers, declared)) {
    const bytes = await call.within(limits.timeoutMs, shortBody(call.request), tooSlow);
    limits.record.bytesIn += bytes.length;
    return bytes;
  }
  const reader = BodyReader.of(call.request);
  if (reader === undefined) return NOTHING;
  try {
    const read = readAll(reader, { declared, room });
    const bytes = await call.within(limits.timeoutMs, read, tooSlow);
    limits.record.bytesIn += bytes.length;
    if (coding === undefined || bytes.length === 0) return bytes;
    const more = (length: number) => take(bytes.length + length);
    const whole = decompressedWhole(bytes, { coding, room: { ...room, take: more } });
    return await call.within(limits.timeoutMs, whole, tooSlow);
  } catch (error) {
    reader.release();
    if (error instanceof RpcError) throw error;
    throw brokenOff();
  }
}

/** Whether the declared length of a body is short; a chunked body has no declared length. */
function isShort(headers: Headers, declared: number): boolean {
  return declared > 0 && declared <= SHORT_BODY && !headers.has("expect");
}

async function shortBody(request: Request): Promise<Uint8Array> {
  try {
    return await request.bytes();
  } catch {
    throw brokenOff();
  }
}

interface Reading {
  /** The length that the client declared, in bytes; 0 if it declared none. */
  readonly declared: number;
  readonly room: Room;
}

/** Reads into a buffer of the declared length, if there is one, so that nothing is copied. */
async function readAll(reader: BodyReader, { declared, room }: Reading): Promise<Uint8Array> {
  const buffer = new GrowingBuffer(room);
  const leastRoom = declared > 0 ? 1 : LEAST_ROOM;
  if (reader.fillsRoom) await buffer.reserve(declared);
  while (true) {
    if (reader.fillsRoom && buffer.room.length >= leastRoom) {
      const { done, value } = await reader.read(buffer.room);
      if (value !== undefined) buffer.written(value);
      if (done) return buffer.bytes;
    } else {
      // After the declared length, only the end of the body is expected.
      const { done, value } = await reader.read(new Uint8Array(declared > 0 ? 1 : PIECE_BYTES));
      if (done || value === undefined) return buffer.bytes;
      await buffer.append(value);
    }
  }
}

async function decompressedWhole(
  compressed: Uint8Array,
  { coding, room }: { readonly coding: ContentCoding; readonly room: Room },
): Promise<Uint8Array> {
  const buffer = new GrowingBuffer(room);
  for await (const piece of decompressed(compressed, coding)) await buffer.append(piece);
  return buffer.bytes;
}

function tooLarge(limits: BodyLimits): RpcError {
  const mebibytes = limits.maxBytes / (1024 * 1024);
  return new RpcError(
    "INVALID_ARGUMENT",
    `The request body is larger than ${
      Number(mebibytes.toFixed(3))
    } MiB, the most this gateway accepts; server.max_body_mib raises it`,
    { code: 413 },
  );
}

function brokenOff(): RpcError {
  return new RpcError("INVALID_ARGUMENT", "Cannot read the request body: it ended too early");
}

function tooSlow(timeoutMs: number): RpcError {
  return new RpcError(
    "DEADLINE_EXCEEDED",
    `The request body did not arrive within ${timeoutMs / 1000} s`,
    { code: 408 },
  );
}
