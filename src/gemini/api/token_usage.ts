/**
 * The tokens that a response counts.
 *
 * @see {@link https://ai.google.dev/api/generate-content#UsageMetadata}
 * @module
 */
import { isJsonObject } from "../../base/json.ts";
import { jsonMember } from "../json/json_member.ts";
import { parseBounded } from "../json/parse_bounded.ts";

/** The usage object is small. */
const LIMITS = { bytes: 64 * 1024, values: 10_000 } as const;

/** Tokens by modality, as in `{"TEXT": 3, "IMAGE": 258}`. */
export type ModalityCounts = Readonly<Partial<Record<string, number>>>;

/** Tokens of a call, as upstream counted them; 0 for a count that upstream does not report. */
export interface TokenUsage {
  /** With those of {@linkcode cached}, without those of {@linkcode tool}. */
  readonly prompt: number;
  /** Tokens of the prompt that came from a cache. */
  readonly cached: number;
  /** Tokens of the results of tools that Google ran. */
  readonly tool: number;
  /** The tokens that the model wrote, without its thoughts. */
  readonly candidates: number;
  readonly thoughts: number;
  readonly total: number;
  /** Where upstream says it. */
  readonly modalities?: {
    readonly [Of in "prompt" | "cached" | "tool" | "candidates"]?: ModalityCounts;
  };
}

/**
 * Reads the usage that a response reports.
 *
 * @param json The bytes of a response with `usageMetadata`, or of the last chunk of a stream.
 * @returns Undefined where there is none, or it cannot be read: the response is still the client's.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { usageOf } from "./token_usage.ts";
 *
 * const json = new TextEncoder().encode('{"usageMetadata":{"promptTokenCount":3,"totalTokenCount":3}}');
 * assert.equal(usageOf(json)?.prompt, 3);
 * ```
 */
export function usageOf(json: Uint8Array): TokenUsage | undefined {
  try {
    const slice = jsonMember(json, "usageMetadata");
    if (slice === undefined) return undefined;
    const usage = parseBounded(slice, LIMITS);
    if (!isJsonObject(usage)) return undefined;
    return {
      prompt: count(usage["promptTokenCount"]),
      cached: count(usage["cachedContentTokenCount"]),
      tool: count(usage["toolUsePromptTokenCount"]),
      // A Live session's name for the same.
      candidates: count(usage["candidatesTokenCount"] ?? usage["responseTokenCount"]),
      thoughts: count(usage["thoughtsTokenCount"]),
      total: count(usage["totalTokenCount"]),
    };
  } catch {
    return undefined;
  }
}

function count(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
