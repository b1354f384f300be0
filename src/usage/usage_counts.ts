/**
 * What is counted of calls, and its sums.
 *
 * @module
 */
import { isJsonObject } from "../base/json.ts";
import type { TokenUsage } from "../gemini/api/token_usage.ts";

/** The counts, in the order in which they are shown. */
export const COUNT_NAMES = [
  "calls",
  /** Calls that failed. */
  "errors",
  /** How often calls moved to another account. */
  "rotations",
  /** Calls, batches, operations and interactions whose tokens Google did not report. */
  "notKnown",
  /** Tokens of prompts, with those of caches. */
  "prompt",
  "cached",
  /** Tokens of the results of tools that Google ran. */
  "tool",
  "thoughts",
  /** Tokens of responses, without thoughts. */
  "output",
  /** Bytes of the bodies of requests and of responses, as clients sent and got them. */
  "bytesIn",
  "bytesOut",
  /** The time to the first byte of the calls that had one, and how many they are. */
  "firstByteMs",
  "firstBytes",
  "durationMs",
  /** The cost in millionths of a US dollar, of calls whose model's price is known. */
  "microUsd",
  /** Calls with tokens of a model without a known price. */
  "notPriced",
] as const;

/** The name of a count. */
export type CountName = (typeof COUNT_NAMES)[number];

/** Tokens that Google reports by modality. */
export const TOKEN_PARTS = ["prompt", "cached", "tool", "output"] as const;

/** A kind of tokens that Google reports by modality. */
export type TokenPart = (typeof TOKEN_PARTS)[number];

/** Most modalities of a kind of tokens; Google has five. Tokens of others are counted without their modality. */
const MOST_MODALITIES = 12;

/** Sums of calls. */
export class UsageCounts {
  readonly counts: Record<CountName, number> = {
    calls: 0,
    errors: 0,
    rotations: 0,
    notKnown: 0,
    prompt: 0,
    cached: 0,
    tool: 0,
    thoughts: 0,
    output: 0,
    bytesIn: 0,
    bytesOut: 0,
    firstByteMs: 0,
    firstBytes: 0,
    durationMs: 0,
    microUsd: 0,
    notPriced: 0,
  };
  /** Tokens by modality, as in `{prompt: Map {"IMAGE" => 258}}`, where Google reported it. */
  readonly modalities: { [Part in TokenPart]?: Map<string, number> } = {};

  /** Adds the tokens of a call. */
  addTokens({ prompt, cached, tool, thoughts, candidates, modalities }: TokenUsage): void {
    const { counts } = this;
    counts.prompt += prompt;
    counts.cached += cached;
    counts.tool += tool;
    counts.thoughts += thoughts;
    counts.output += candidates;
    if (modalities === undefined) return;
    for (const part of TOKEN_PARTS) {
      const tokens = modalities[part === "output" ? "candidates" : part];
      if (tokens !== undefined) this.#addModalities(part, Object.entries(tokens));
    }
  }

  /** Adds the sums of other calls. */
  add({ counts, modalities }: UsageCounts): void {
    for (const name of COUNT_NAMES) this.counts[name] += counts[name];
    for (const part of TOKEN_PARTS) this.#addModalities(part, modalities[part] ?? []);
  }

  /** Writes the sums as JSON, without zeros. */
  encode(): unknown {
    const entries = COUNT_NAMES.filter((name) => this.counts[name] !== 0)
      .map((name) => [name, this.counts[name]] as const);
    const parts = TOKEN_PARTS.flatMap((part) => {
      const tokens = this.modalities[part];
      return tokens === undefined ? [] : [[part, Object.fromEntries(tokens)] as const];
    });
    return {
      ...Object.fromEntries(entries),
      ...(parts.length === 0 ? {} : { modalities: Object.fromEntries(parts) }),
    };
  }

  /** Reads sums that {@linkcode encode} wrote; undefined for anything else. */
  static decode(stored: unknown): UsageCounts | undefined {
    if (!isJsonObject(stored)) return undefined;
    const sums = new UsageCounts();
    for (const name of COUNT_NAMES) {
      const count = stored[name] ?? 0;
      if (typeof count !== "number") return undefined;
      sums.counts[name] = count;
    }
    const { modalities } = stored;
    if (!isJsonObject(modalities)) return sums;
    for (const part of TOKEN_PARTS) {
      const tokens = modalities[part];
      if (isJsonObject(tokens)) sums.#addModalities(part, Object.entries(tokens));
    }
    return sums;
  }

  #addModalities(part: TokenPart, tokens: Iterable<readonly [string, unknown]>): void {
    for (const [modality, count] of tokens) {
      if (typeof count !== "number") continue;
      const sums = this.modalities[part] ??= new Map();
      const sum = sums.get(modality);
      if (sum === undefined && sums.size >= MOST_MODALITIES) continue;
      sums.set(modality, (sum ?? 0) + count);
    }
  }
}
