/**
 * What the tokens of a call cost.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/pricing}
 * @module
 */
import type { TokenUsage } from "../gemini/api/token_usage.ts";
import type { Prices } from "./prices.ts";

/** Whether a method makes a batch, whose usage may have its own price. */
const BATCH = /batch(?!Embed)|asyncBatch/i;

/** What the cost of a call depends on, besides its model and its tokens. */
export interface CostOptions {
  readonly prices: Prices;
  /** When the call was made, in ms since the epoch. */
  readonly atMs: number;
  /** The method that made it. Default: not a batch. */
  readonly method?: string;
}

/**
 * Estimates the cost of a call.
 *
 * @param call The model after aliasing, and the tokens as Google counted them.
 * @returns Millionths of a US dollar, or undefined if the model's price is not known.
 */
export function costOf(
  { model, usage }: { readonly model: string; readonly usage: TokenUsage },
  { prices, atMs, method = "" }: CostOptions,
): number | undefined {
  const listed = prices.of(model, atMs);
  if (listed === undefined) return undefined;
  const { above } = listed;
  const rates = above !== undefined && usage.prompt > above.tokens
    ? { ...listed, ...above }
    : listed;
  const { input, output, cached_input = input, thought = output } = rates;
  const { audio_input = input, image_output = output, audio_output = output } = rates;
  const { modalities } = usage;
  const cached = Math.min(usage.cached, usage.prompt);
  const fresh = usage.prompt - cached;
  // Google bills cached audio as cached tokens, and says for the whole prompt alone what is audio.
  const audio = Math.min(
    count(modalities?.prompt, "AUDIO") - count(modalities?.cached, "AUDIO"),
    fresh,
  );
  const images = Math.min(count(modalities?.candidates, "IMAGE"), usage.candidates);
  const speech = Math.min(count(modalities?.candidates, "AUDIO"), usage.candidates - images);
  const cost = (fresh - audio + usage.tool) * input + audio * audio_input + cached * cached_input +
    (usage.candidates - images - speech) * output + images * image_output +
    speech * audio_output + usage.thoughts * thought + (rates.per_request ?? 0) * 1_000_000;
  return cost * (BATCH.test(method) ? rates.batch ?? 1 : 1);
}

function count(counts: Readonly<Partial<Record<string, number>>> | undefined, of: string): number {
  return counts?.[of] ?? 0;
}
