/**
 * Counts the tokens of what the emulator responded: for tests that compare what a client recorded.
 *
 * @module
 */
import type { JsonObject } from "../base/json.ts";
import { numberAt, objectAt, objectsAt } from "./json.ts";

/** What is counted apart. */
export interface CountedSubject {
  /** The project that owns what the account makes. */
  readonly project: string;
  /** The account's name: each has one credential. */
  readonly account: string;
  /** Bare id; empty if the call names none. */
  readonly model: string;
  /** As scripts name it. The tokens of a batch are those of the method that made it. */
  readonly method: string;
}

/** Tokens as they are billed. */
export interface CountedTokens {
  /** With those of caches, without those of tools. */
  readonly prompt: number;
  readonly cached: number;
  readonly tool: number;
  readonly thoughts: number;
  /** Without thoughts. */
  readonly output: number;
}

/** The sums of a subject. */
export interface CountedUsage extends CountedSubject, CountedTokens {
  /** Calls with a successful response, even one that was cut. */
  readonly calls: number;
  /** How many calls, batches and interactions reported tokens. */
  readonly reported: number;
}

type Sums = { -readonly [Name in Exclude<keyof CountedUsage, keyof CountedSubject>]: number };

const NONE: CountedTokens = { prompt: 0, cached: 0, tool: 0, thoughts: 0, output: 0 };

/** The sums of an emulator. There are as many as there are accounts, models and methods. */
export class UsageCounts {
  readonly #rows = new Map<string, CountedSubject & Sums>();

  /** Begins to count one call, batch, interaction or session. */
  begin(subject: CountedSubject): UsageCount {
    const { project, account, model, method } = subject;
    const name = [project, account, model, method].join("\0");
    let row = this.#rows.get(name);
    if (row === undefined) {
      row = { project, account, model, method, calls: 0, reported: 0, ...NONE };
      this.#rows.set(name, row);
    }
    return new UsageCount(row);
  }

  /** The sums, without subjects that no call had. */
  get rows(): readonly CountedUsage[] {
    return [...this.#rows.values()].filter(({ calls, reported }) => calls + reported > 0)
      .map((row) => ({ ...row }));
  }

  clear(): void {
    this.#rows.clear();
  }
}

/** The count of one call, batch, interaction or session. */
export class UsageCount {
  readonly #sums: Sums;
  /** What the call has added to the sums; undefined before it has reported tokens. */
  #last: CountedTokens | undefined;

  constructor(sums: Sums) {
    this.#sums = sums;
  }

  /** The call has a successful response. */
  answered(): void {
    this.#sums.calls += 1;
  }

  /** The response reports these tokens in all: they replace those that it reported before. */
  reports(tokens: CountedTokens | undefined): void {
    if (tokens === undefined) return;
    if (this.#last === undefined) this.#sums.reported += 1;
    this.#add(this.#last, -1);
    this.#add(tokens, 1);
    this.#last = tokens;
  }

  /** These tokens come on top, as those of a turn or of a request of a batch. */
  adds(tokens: CountedTokens | undefined): void {
    if (tokens !== undefined) this.reports(sumOfCounted([this.#last ?? NONE, tokens]));
  }

  #add(tokens: CountedTokens | undefined, sign: 1 | -1): void {
    if (tokens === undefined) return;
    this.#sums.prompt += sign * tokens.prompt;
    this.#sums.cached += sign * tokens.cached;
    this.#sums.tool += sign * tokens.tool;
    this.#sums.thoughts += sign * tokens.thoughts;
    this.#sums.output += sign * tokens.output;
  }
}

/** The tokens of several subjects together. */
export function sumOfCounted(counted: readonly CountedTokens[]): CountedTokens {
  const sum = (name: keyof CountedTokens) => counted.reduce((total, one) => total + one[name], 0);
  return {
    prompt: sum("prompt"),
    cached: sum("cached"),
    tool: sum("tool"),
    thoughts: sum("thoughts"),
    output: sum("output"),
  };
}

/**
 * The tokens that a message reports; undefined if it reports none.
 *
 * @param sent A response, an event of an interaction, a frame of a session, or a result of a batch.
 */
export function tokensOf(sent: JsonObject): CountedTokens | undefined {
  const message = objectAt(sent, "response") ?? sent;
  const usage = objectAt(message, "usageMetadata");
  const interaction = objectAt(objectAt(message, "interaction") ?? message, "usage");
  if (usage !== undefined) return tokensOfResponse(usage);
  if (interaction !== undefined) return tokensOfInteraction(interaction);
  const embedded = [
    numberIn(message["tokenCount"]),
    ...objectsAt(message, "predictions").map((prediction) =>
      numberAt(objectAt(objectAt(prediction, "embeddings"), "statistics"), "token_count")
    ),
  ].filter((tokens) => tokens !== undefined);
  return embedded.length === 0
    ? undefined
    : { ...NONE, prompt: embedded.reduce((sum, tokens) => sum + tokens, 0) };
}

function tokensOfResponse(usage: JsonObject): CountedTokens {
  const read = (name: string) => numberAt(usage, name) ?? 0;
  const prompt = read("promptTokenCount");
  const tool = read("toolUsePromptTokenCount");
  const thoughts = read("thoughtsTokenCount");
  const ofTurn = numberAt(usage, "responseTokenCount");
  const total = numberAt(usage, "totalTokenCount");
  // The total has the thoughts once, whether the candidates include them or not; that of a Live session's turn has none.
  const output = ofTurn ??
    (total === undefined
      ? read("candidatesTokenCount")
      : Math.max(0, total - prompt - tool - thoughts));
  return { prompt, cached: read("cachedContentTokenCount"), tool, thoughts, output };
}

function tokensOfInteraction(usage: JsonObject): CountedTokens {
  const read = (name: string) => numberAt(usage, `total_${name}_tokens`) ?? 0;
  return {
    prompt: read("input"),
    cached: read("cached"),
    tool: read("tool_use"),
    thoughts: read("thought"),
    output: read("output"),
  };
}

/** Integers of 64 bits are texts in JSON. */
function numberIn(value: unknown): number | undefined {
  return typeof value === "string" ? Number(value) : undefined;
}
