/**
 * How much a model thinks: from a word or a number of tokens to the native `thinkingConfig`.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/openai#thinking} Google's own numbers
 * @see {@link https://ai.google.dev/gemini-api/docs/thinking}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import { generationOf } from "./model_generation.ts";

/** The words that clients have for it. */
export type Effort =
  | "none"
  | "disable"
  | "minimal"
  | "low"
  | "medium"
  | "high"
  | "xhigh"
  | "max"
  | "auto";

const BUDGETS: Readonly<Record<Exclude<Effort, "xhigh" | "max">, number>> = {
  none: 0,
  disable: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  auto: -1,
};

const EFFORTS: ReadonlySet<string> = new Set([...Object.keys(BUDGETS), "xhigh", "max"]);

/** The limits of the budget: Gemini 2.5 Pro always thinks. */
const PRO_BUDGET = { least: 128, most: 32_768 } as const;
const FLASH_MOST = 24_576;

/** What a client asks for; `effort` has precedence. */
export interface Thinking {
  readonly effort?: Effort | undefined;
  /** In tokens; 0: none, -1: as much as the model thinks right. */
  readonly budget?: number | undefined;
  /** The model that is called. */
  readonly model: string;
  /** Whether the client can show thoughts; undefined leaves it to Google. */
  readonly includeThoughts?: boolean | undefined;
}

/** Whether a word is an effort. */
export function isEffort(word: unknown): word is Effort {
  return typeof word === "string" && EFFORTS.has(word);
}

/**
 * The native `thinkingConfig`; undefined where nothing is asked for, or the model does not think.
 *
 * Gemini 2.5 has budgets, and Gemini 3 levels. A model that always thinks does so as little as it can for `none`.
 */
export function thinkingConfig(
  { effort, budget, model, includeThoughts }: Thinking,
): JsonObject | undefined {
  const generation = generationOf(model);
  if (generation === undefined || generation < 2.5 || /-(?:tts|embedding)/.test(model)) {
    return undefined;
  }
  const isOff = effort === undefined ? budget === 0 : effort === "none" || effort === "disable";
  const amount = generation < 3
    ? budgetConfig({ effort, budget }, model)
    : levelConfig({ effort, budget }, model);
  const shown = isOff ? false : includeThoughts;
  const config = { ...amount, ...(shown === undefined ? {} : { includeThoughts: shown }) };
  return Object.keys(config).length === 0 ? undefined : config;
}

type Amount = Pick<Thinking, "effort" | "budget">;

function budgetConfig({ effort, budget }: Amount, model: string): JsonObject {
  const isPro = model.includes("-pro");
  const most = isPro ? PRO_BUDGET.most : FLASH_MOST;
  const asked = effort === undefined
    ? budget
    : effort === "xhigh" || effort === "max"
    ? most
    : BUDGETS[effort];
  if (asked === undefined) return {};
  if (asked < 0) return { thinkingBudget: -1 };
  const least = isPro ? PRO_BUDGET.least : 0;
  return { thinkingBudget: Math.min(Math.max(asked, least), most) };
}

function levelConfig({ effort, budget }: Amount, model: string): JsonObject {
  if (effort === undefined && budget !== undefined && budget !== 0) {
    return { thinkingBudget: budget };
  }
  const lowest = model.includes("-pro") ? "LOW" : "MINIMAL";
  switch (effort) {
    case undefined:
      return budget === 0 ? { thinkingLevel: lowest } : {};
    case "auto":
      return {};
    case "none":
    case "disable":
    case "minimal":
      return { thinkingLevel: lowest };
    case "xhigh":
    case "max":
      return { thinkingLevel: "HIGH" };
    default:
      return { thinkingLevel: effort.toUpperCase() };
  }
}
