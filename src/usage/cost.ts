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
  const { input, output, cached_input, thought = output } = rates;
  const { modalities } = usage;
  // Without a price of their own, cached tokens cost as much as others of their modality.
  const cached = cached_input === undefined ? 0 : Math.min(usage.cached, usage.prompt);
  // Google says for the whole prompt what is audio: that of the cache is a part of it.
  const fresh = pricedBy(usage.prompt - cached, {
    price: input,
    own: { AUDIO: rates.audio_input, IMAGE: rates.image_input, VIDEO: rates.video_input },
    counts: modalities?.prompt,
    without: cached === 0 ? undefined : modalities?.cached,
  });
  const fromCache = cached_input === undefined ? 0 : pricedBy(cached, {
    price: cached_input,
    own: { AUDIO: rates.cached_audio_input },
    counts: modalities?.cached,
  });
  const written = pricedBy(usage.candidates, {
    price: output,
    own: { AUDIO: rates.audio_output, IMAGE: rates.image_output, VIDEO: rates.video_output },
    counts: modalities?.candidates,
  });
  const cost = fresh + fromCache + usage.tool * input + written + usage.thoughts * thought +
    (rates.per_request ?? 0) * 1_000_000;
  return cost * (BATCH.test(method) ? rates.batch ?? 1 : 1);
}

/** Modalities that may have a price of their own. */
const MODALITIES = ["AUDIO", "IMAGE", "VIDEO"] as const;

/** Tokens by modality, as Google reports them. */
type Counts = Readonly<Partial<Record<string, number>>> | undefined;

/** How to price tokens. */
interface Pricing {
  /** For modalities without a price of their own, and where Google does not report them. */
  readonly price: number;
  readonly own: Readonly<Partial<Record<(typeof MODALITIES)[number], number | undefined>>>;
  readonly counts: Counts;
  /** Tokens in `counts` that are priced elsewhere. */
  readonly without?: Counts;
}

function pricedBy(tokens: number, { price, own, counts, without }: Pricing): number {
  if (counts === undefined) return tokens * price;
  let left = tokens;
  let sum = 0;
  for (const modality of MODALITIES) {
    const ownPrice = own[modality];
    if (ownPrice === undefined) continue;
    const reported = countOf(modality, counts) - countOf(modality, without);
    const some = Math.min(Math.max(0, reported), left);
    sum += some * ownPrice;
    left -= some;
  }
  return sum + left * price;
}

/** Google bills the pages of documents as images. */
function countOf(modality: (typeof MODALITIES)[number], counts: Counts): number {
  const documents = modality === "IMAGE" ? counts?.["DOCUMENT"] ?? 0 : 0;
  return documents + (counts?.[modality] ?? 0);
}
