/**
 * Makes `src/usage/prices.json`: Google's part of `@pydantic/genai-prices` (MIT), and prices that it does not know yet.
 * Run it after raising the package's version: `deno run -A scripts/prices.ts`.
 *
 * @module
 */
import { findProvider, type MatchLogic, type ModelPrice } from "@pydantic/genai-prices";
import type { ModelPrices, Rates } from "../src/usage/prices.ts";

/** The day of the package's version, and of the look at Google's page for {@linkcode OVERLAY}. */
const DATE = "2026-09-23";

/** Prices per million tokens that the package does not know, in US dollars; they go first. */
const OVERLAY: readonly ModelPrices[] = [
  {
    match: "^gemini-4-argon(?:-latest|-preview.*|-\\d.*)?$",
    prices: [{ input: 2, cached_input: 0.1, output: 10, batch: 0.5 }],
  },
  {
    match: "^gemini-4-hydrogen(?:-latest|-preview.*|-\\d.*)?$",
    prices: [{ input: 1.5, cached_input: 0.075, output: 7.5, batch: 0.5 }],
  },
];

/** The package's names of prices, and ours. */
const NAMES = {
  input_mtok: "input",
  cache_read_mtok: "cached_input",
  output_mtok: "output",
  input_audio_mtok: "audio_input",
  input_image_mtok: "image_input",
  input_video_mtok: "video_input",
  cache_audio_read_mtok: "cached_audio_input",
  output_image_mtok: "image_output",
  output_audio_mtok: "audio_output",
  output_video_mtok: "video_output",
} as const;

/** Variants of a model, which have prices of their own; a prefix in the package includes them. */
const VARIANTS = ["lite", "image", "tts", "live", "video", "embedding"];

/** Makes the table. Models without a price are left out: a price of 0 differs by where the model is called. */
export function googlePrices(): { readonly date: string; readonly models: readonly ModelPrices[] } {
  const models = (findProvider({ providerId: "google" })?.models ?? [])
    .filter(({ id, deprecated }) => /^gem(?:ini|ma)-/.test(id) && deprecated !== true)
    .map(({ match, prices }): ModelPrices => ({
      match: pattern(match),
      prices: Array.isArray(prices)
        ? prices.flatMap(({ constraint, prices }) =>
          constraint === undefined || constraint.type === "start_date"
            ? [{ ...rates(prices), ...(constraint && { from: constraint.start_date }) }]
            : []
        )
        : [rates(prices)],
    }))
    .filter(({ prices }) => prices.every(({ input }) => input > 0));
  return { date: DATE, models: [...OVERLAY, ...models] };
}

function rates(prices: ModelPrice): Rates {
  const base: Record<string, number> = {};
  const above: Record<string, number> = {};
  let start = 0;
  for (const [theirs, ours] of Object.entries(NAMES)) {
    const price = prices[theirs];
    if (typeof price === "number") base[ours] = price;
    else if (price !== undefined) {
      base[ours] = price.base;
      for (const tier of price.tiers) [above[ours], start] = [tier.price, tier.start];
    }
  }
  const tier = start > 0 ? { above: { tokens: start, ...above } } : {};
  // Google halves every price for batches; embeddings too.
  return { input: 0, output: 0, ...base, ...tier, batch: 0.5 };
}

/** Writes the package's rule as a regular expression. */
function pattern(match: MatchLogic): string {
  if ("or" in match) return match.or.map(pattern).join("|");
  if ("and" in match) return `^${match.and.map((part) => `(?=${lookahead(part)})`).join("")}`;
  if ("equals" in match) return `^${escaped(match.equals)}$`;
  if ("ends_with" in match) return `${escaped(match.ends_with)}$`;
  if ("regex" in match) return match.regex;
  if ("contains" in match) return escaped(match.contains);
  return `^${escaped(match.starts_with)}${withoutVariants(match.starts_with)}`;
}

function lookahead(match: MatchLogic): string {
  return pattern(match).replace(/^\^/, "");
}

function withoutVariants(prefix: string): string {
  const others = VARIANTS.filter((variant) => !prefix.includes(variant));
  return `(?!.*-(?:${others.join("|")})(?:-|$))`;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

if (import.meta.main) {
  const path = new URL("../src/usage/prices.json", import.meta.url);
  await Deno.writeTextFile(path, `${JSON.stringify(googlePrices())}\n`);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", path.pathname] }).output();
}
