/**
 * The tokens that a response counts.
 *
 * @see {@link https://ai.google.dev/api/generate-content#UsageMetadata}
 * @module
 */
import { defined } from "../../base/defined.ts";
import { isJsonObject } from "../../base/json.ts";
import { jsonMember } from "../json/json_member.ts";
import { parseBounded } from "../json/parse_bounded.ts";

/** The usage object is small. */
const LIMITS = { bytes: 64 * 1024, values: 10_000 } as const;

/** Google has five modalities. */
const MOST_MODALITIES = 16;

/** Longest name of a modality, in characters. */
const LONGEST_MODALITY = 32;

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
  readonly modalities?: Modalities;
}

/** No tokens. */
export const NO_USAGE: TokenUsage = {
  prompt: 0,
  cached: 0,
  tool: 0,
  candidates: 0,
  thoughts: 0,
  total: 0,
};

/** The tokens by modality, of the kinds of tokens for which upstream reports them. */
export type Modalities = {
  readonly [Of in "prompt" | "cached" | "tool" | "candidates"]?: ModalityCounts;
};

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
    return slice && usageIn(slice);
  } catch {
    return undefined;
  }
}

/**
 * Reads a `usageMetadata`.
 *
 * @param json The bytes of the object.
 * @returns Undefined if it is malformed.
 */
export function usageIn(json: Uint8Array): TokenUsage | undefined {
  try {
    const usage = parseBounded(json, LIMITS);
    if (!isJsonObject(usage)) return undefined;
    const written = modalityCounts(
      usage["candidatesTokensDetails"] ?? usage["responseTokensDetails"],
    );
    return withModalities(
      tokenUsage({
        prompt: count(usage["promptTokenCount"]),
        cached: count(usage["cachedContentTokenCount"]),
        tool: count(usage["toolUsePromptTokenCount"]),
        // A Live session's name for the same.
        candidates: count(usage["candidatesTokenCount"] ?? usage["responseTokenCount"]),
        thoughts: count(usage["thoughtsTokenCount"]),
        total: count(usage["totalTokenCount"]),
        // A turn of a Live session counts its thoughts apart.
      }, { written, areThoughtsApart: "responseTokenCount" in usage }),
      {
        // Embeddings have the details under the other name.
        prompt: modalityCounts(usage["promptTokensDetails"] ?? usage["promptTokenDetails"]),
        cached: modalityCounts(usage["cacheTokensDetails"]),
        tool: modalityCounts(usage["toolUsePromptTokensDetails"]),
        candidates: written,
      },
    );
  } catch {
    return undefined;
  }
}

/** What tells whether the tokens of the candidates include the thoughts. */
interface ThoughtsHints {
  /** The tokens of the candidates by modality. Thoughts are text. */
  readonly written?: ModalityCounts | undefined;
  /** Whether the candidates never include them. Default: no. */
  readonly areThoughtsApart?: boolean;
}

/**
 * Counts thoughts once. The total often lacks them. On some models the tokens of the candidates then include them; they
 * cannot where those tokens are too few, or are of another modality than text, such as the audio of a Live session.
 * Upstream reports no total for embeddings.
 */
export function tokenUsage(
  reported: TokenUsage,
  { written = {}, areThoughtsApart = false }: ThoughtsHints = {},
): TokenUsage {
  const { prompt, tool, candidates, thoughts, total } = reported;
  const sum = prompt + tool + candidates;
  if (total === 0) return { ...reported, total: sum + thoughts };
  if (thoughts === 0 || total !== sum) return reported;
  let room = areThoughtsApart ? 0 : candidates;
  for (const modality in written) if (modality !== "TEXT") room -= written[modality] ?? 0;
  return thoughts > room
    ? { ...reported, total: sum + thoughts }
    : { ...reported, candidates: candidates - thoughts };
}

/** Adds the tokens by modality, where upstream reports any. */
export function withModalities(
  usage: TokenUsage,
  reported: { readonly [Of in keyof Modalities]: ModalityCounts | undefined },
): TokenUsage {
  const modalities = defined(reported);
  return Object.keys(modalities).length === 0 ? usage : { ...usage, modalities };
}

/**
 * Reads the tokens by modality.
 *
 * @param details As in `[{"modality":"TEXT","tokenCount":3}]`.
 * @param name The member with the count.
 * @returns The counts by the modality in upper case; undefined if there are none.
 */
export function modalityCounts(details: unknown, name = "tokenCount"): ModalityCounts | undefined {
  if (!Array.isArray(details)) return undefined;
  const counts: Record<string, number> = {};
  for (const item of details.slice(0, MOST_MODALITIES)) {
    const modality = isJsonObject(item) ? item["modality"] : undefined;
    if (!isJsonObject(item) || typeof modality !== "string") continue;
    const of = modality.toUpperCase().slice(0, LONGEST_MODALITY);
    counts[of] = (counts[of] ?? 0) + count(item[name]);
  }
  return Object.keys(counts).length === 0 ? undefined : counts;
}

/** The sum of two usages; undefined without any. */
export function sumOfUsage(
  one: TokenUsage | undefined,
  other: TokenUsage | undefined,
): TokenUsage | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return combined(one, other, (a, b) => a + b);
}

/** What a usage has beyond a part of it that was counted before. */
export function restOfUsage(whole: TokenUsage, counted: TokenUsage): TokenUsage {
  return combined(whole, counted, (a, b) => Math.max(0, a - b));
}

/** Reads a usage that was stored as JSON; undefined if there is none, or it is malformed. */
export function storedUsage(stored: unknown): TokenUsage | undefined {
  if (!isJsonObject(stored)) return undefined;
  const { modalities } = stored;
  const by = (name: string) =>
    isJsonObject(modalities) ? countsIn(modalities[name], MOST_MODALITIES) : undefined;
  return withModalities({
    prompt: count(stored["prompt"]),
    cached: count(stored["cached"]),
    tool: count(stored["tool"]),
    candidates: count(stored["candidates"]),
    thoughts: count(stored["thoughts"]),
    total: count(stored["total"]),
  }, {
    prompt: by("prompt"),
    cached: by("cached"),
    tool: by("tool"),
    candidates: by("candidates"),
  });
}

function countsIn(stored: unknown, most: number): ModalityCounts | undefined {
  if (!isJsonObject(stored)) return undefined;
  const entries = Object.entries(stored).slice(0, most);
  return Object.fromEntries(entries.map(([name, tokens]) => [name, count(tokens)]));
}

function combined(
  one: TokenUsage,
  other: TokenUsage,
  of: (a: number, b: number) => number,
): TokenUsage {
  const [a, b] = [one.modalities, other.modalities];
  return withModalities({
    prompt: of(one.prompt, other.prompt),
    cached: of(one.cached, other.cached),
    tool: of(one.tool, other.tool),
    candidates: of(one.candidates, other.candidates),
    thoughts: of(one.thoughts, other.thoughts),
    total: of(one.total, other.total),
  }, {
    prompt: combinedCounts(a?.prompt, b?.prompt, of),
    cached: combinedCounts(a?.cached, b?.cached, of),
    tool: combinedCounts(a?.tool, b?.tool, of),
    candidates: combinedCounts(a?.candidates, b?.candidates, of),
  });
}

function combinedCounts(
  one: ModalityCounts = {},
  other: ModalityCounts = {},
  of: (a: number, b: number) => number,
): ModalityCounts | undefined {
  const names = new Set([...Object.keys(one), ...Object.keys(other)].slice(0, MOST_MODALITIES));
  if (names.size === 0) return undefined;
  return Object.fromEntries([...names].map((name) => [name, of(one[name] ?? 0, other[name] ?? 0)]));
}

/** The usage of a call that only reads, such as an embedding. */
export function usageOfPrompt(prompt: number): TokenUsage {
  return { prompt, cached: 0, tool: 0, candidates: 0, thoughts: 0, total: prompt };
}

/** Reads a count: integers of 64 bits are also sent as texts. */
export function count(value: unknown): number {
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number > 0 ? number : 0;
}
