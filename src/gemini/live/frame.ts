/**
 * The messages of a Live session.
 *
 * @see {@link https://ai.google.dev/api/live}
 * @module
 */
import { Buffer } from "node:buffer";
import { isJsonObject } from "../../base/json.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import { type TokenUsage, usageOf } from "../api/token_usage.ts";
import { jsonMember } from "../json/json_member.ts";
import { parseBounded } from "../json/parse_bounded.ts";

/** A message: JSON, which Google also sends in binary frames. */
export type Frame = string | Uint8Array<ArrayBuffer>;

/** Largest message of either side, in bytes. */
export const LARGEST_FRAME_BYTES = 16 * 1024 * 1024;

/** An update of a session's handle is short. */
const LIMITS = { bytes: 64 * 1024, values: 1000 } as const;

/** The facts in a server's message that Pollux reads. */
export interface FrameFacts {
  readonly isSetupComplete: boolean;
  readonly usage?: TokenUsage | undefined;
  /** A handle with which the session can be resumed. */
  readonly handle?: string | undefined;
}

const NOTHING: FrameFacts = { isSetupComplete: false };

/** A message as bytes of UTF-8. */
export function frameBytes(frame: Frame): Uint8Array {
  return typeof frame === "string" ? utf8Bytes(frame) : frame;
}

/** The size of a message, in bytes. */
export function frameSize(frame: Frame): number {
  return typeof frame === "string" ? Buffer.byteLength(frame) : frame.length;
}

/**
 * Reads a server's message. Most hold audio, and are only searched for the members' names.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readServerFrame } from "./frame.ts";
 *
 * assert.equal(readServerFrame('{"setupComplete":{}}').isSetupComplete, true);
 * assert.equal(readServerFrame('{"usageMetadata":{"totalTokenCount":3}}').usage?.total, 3);
 * ```
 */
export function readServerFrame(frame: Frame): FrameFacts {
  const text = typeof frame === "string"
    ? frame
    : Buffer.from(frame.buffer, frame.byteOffset, frame.length);
  const hasSetup = text.includes('"setupComplete"');
  const hasUsage = text.includes('"usageMetadata"');
  const hasHandle = text.includes('"sessionResumptionUpdate"');
  if (!hasSetup && !hasUsage && !hasHandle) return NOTHING;
  const bytes = frameBytes(frame);
  try {
    return {
      isSetupComplete: hasSetup && jsonMember(bytes, "setupComplete") !== undefined,
      usage: hasUsage ? usageOf(bytes) : undefined,
      handle: hasHandle ? handleIn(bytes) : undefined,
    };
  } catch {
    // The message is forwarded to the client even if it is malformed.
    return NOTHING;
  }
}

function handleIn(bytes: Uint8Array): string | undefined {
  const slice = jsonMember(bytes, "sessionResumptionUpdate");
  if (slice === undefined) return undefined;
  const update = parseBounded(slice, LIMITS);
  const handle = isJsonObject(update) ? update["newHandle"] : undefined;
  return typeof handle === "string" && handle !== "" ? handle : undefined;
}
