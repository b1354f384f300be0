/**
 * Tests the estimates of costs, and the table of prices.
 *
 * @module
 */
import assert from "node:assert/strict";
import { calcPrice, extractUsage, findProvider } from "@pydantic/genai-prices";
import { type TokenUsage, usageOf } from "../../src/gemini/api/token_usage.ts";
import { costOf } from "../../src/usage/cost.ts";
import { Prices, PRICES_DATE } from "../../src/usage/prices.ts";
import listed from "../../src/usage/prices.json" with { type: "json" };
import { googlePrices } from "../../scripts/prices.ts";

const AT = Date.UTC(2026, 10, 29);
const NEXT_YEAR = Date.UTC(2027, 0, 2);

function usage(parts: Partial<TokenUsage>): TokenUsage {
  return { prompt: 0, cached: 0, tool: 0, candidates: 0, thoughts: 0, total: 0, ...parts };
}

function cost(model: string, parts: Partial<TokenUsage>, options: {
  readonly prices?: Prices;
  readonly atMs?: number;
  readonly method?: string;
} = {}): number | undefined {
  const { prices = new Prices(), atMs = AT, method = "generateContent" } = options;
  const found = costOf({ model, usage: usage(parts) }, { prices, atMs, method });
  return found === undefined ? undefined : Math.round(found);
}

Deno.test("costOf() bills cached tokens, thoughts and results of tools at their own prices", () => {
  assert.equal(cost("gemini-3.8-flash", { prompt: 1000 }), 750);
  assert.equal(cost("gemini-3.8-flash", { prompt: 1000, cached: 1000 }), 75);
  assert.equal(cost("gemini-3.8-flash", { tool: 1000 }), 750);
  assert.equal(cost("gemini-3.8-flash", { candidates: 1000, thoughts: 1000 }), 7500);
});

Deno.test("costOf() bills audio and images at their own prices", () => {
  const audio = { prompt: 1000, modalities: { prompt: { TEXT: 0, AUDIO: 1000 } } };
  assert.equal(cost("gemini-2.5-flash", audio), 1000);
  const image = { candidates: 1300, modalities: { candidates: { IMAGE: 1290, TEXT: 10 } } };
  assert.equal(cost("gemini-2.5-flash-image", image), 38_725);
});

Deno.test("costOf() uses the prices for long prompts only above their length", () => {
  assert.equal(cost("gemini-2.5-pro", { prompt: 200_000 }), 250_000);
  assert.equal(cost("gemini-2.5-pro", { prompt: 200_001, candidates: 1 }), 500_018);
});

Deno.test("costOf() halves the price of batches, but not of batchEmbedContents", () => {
  const model = "gemini-embedding-001";
  assert.equal(cost("gemini-3.8-flash", { prompt: 1000 }, { method: "batchGenerateContent" }), 375);
  assert.equal(cost(model, { prompt: 1000 }, { method: "asyncBatchEmbedContent" }), 75);
  assert.equal(cost(model, { prompt: 1000 }, { method: "batchEmbedContents" }), 150);
});

Deno.test("costOf() uses the prices of the day of the call", () => {
  assert.equal(cost("gemini-3.8-flash", { prompt: 1000 }, { atMs: NEXT_YEAR }), 1500);
});

Deno.test("costOf() knows no price for unknown models and for variants of known ones", () => {
  for (
    const model of [
      "gemini-5-neon",
      "",
      "gemini-4-carbon",
      "gemini-3.8-flash-image",
      "gemma-3-4b-it",
    ]
  ) {
    assert.equal(cost(model, { prompt: 1000 }), undefined, model);
  }
  assert.equal(cost("gemini-4-argon", { prompt: 1000 }), 2000);
  assert.equal(cost("gemini-4-hydrogen-preview-11", { prompt: 1000 }), 1500);
});

Deno.test("costOf() prefers the prices of the configuration, also after they change", () => {
  const prices = new Prices({ "gemini-4-*": { input: 4, output: 8, per_request: 0.001 } });
  assert.equal(cost("gemini-4-carbon", { prompt: 10, thoughts: 10 }, { prices }), 1120);
  assert.equal(cost("gemini-4-argon", { prompt: 10 }, { prices }), 1040);
  prices.change({});
  assert.equal(cost("gemini-4-carbon", { prompt: 10 }, { prices }), undefined);
  assert.equal(cost("gemini-4-argon", { prompt: 10 }, { prices }), 20);
});

Deno.test("The table of prices is what the script makes, and small", () => {
  assert.deepEqual(listed, googlePrices());
  assert.match(PRICES_DATE, /^\d{4}-\d{2}-\d{2}$/);
  assert.ok(JSON.stringify(listed).length < 20_000);
});

/** Responses of Google: a plain one, thoughts and tools, a cache, a long prompt, modalities. */
const REPORTED: readonly Readonly<Record<string, unknown>>[] = [
  { promptTokenCount: 1000, candidatesTokenCount: 200, totalTokenCount: 1200 },
  {
    promptTokenCount: 1000,
    toolUsePromptTokenCount: 300,
    candidatesTokenCount: 200,
    thoughtsTokenCount: 700,
    totalTokenCount: 2200,
  },
  {
    promptTokenCount: 90_000,
    cachedContentTokenCount: 80_000,
    candidatesTokenCount: 10,
    totalTokenCount: 90_010,
  },
  {
    promptTokenCount: 250_000,
    cachedContentTokenCount: 80_000,
    candidatesTokenCount: 10,
    thoughtsTokenCount: 90,
    totalTokenCount: 250_100,
  },
  {
    promptTokenCount: 1025,
    cachedContentTokenCount: 300,
    candidatesTokenCount: 100,
    totalTokenCount: 1125,
    promptTokensDetails: [
      { modality: "TEXT", tokenCount: 500 },
      { modality: "AUDIO", tokenCount: 400 },
      { modality: "IMAGE", tokenCount: 60 },
      { modality: "VIDEO", tokenCount: 40 },
      { modality: "DOCUMENT", tokenCount: 25 },
    ],
    cacheTokensDetails: [
      { modality: "AUDIO", tokenCount: 100 },
      { modality: "TEXT", tokenCount: 200 },
      { modality: "IMAGE", tokenCount: 0 },
      { modality: "VIDEO", tokenCount: 0 },
    ],
    candidatesTokensDetails: [
      { modality: "TEXT", tokenCount: 30 },
      { modality: "IMAGE", tokenCount: 40 },
      { modality: "AUDIO", tokenCount: 20 },
      { modality: "VIDEO", tokenCount: 10 },
    ],
  },
];

Deno.test("costOf() gives for every listed model what the package of prices calculates from the same response", () => {
  const google = findProvider({ providerId: "google" }) ?? assert.fail();
  const prices = new Prices();
  let compared = 0;
  for (const { id } of google.models) {
    for (const usageMetadata of REPORTED) {
      const json = new TextEncoder().encode(JSON.stringify({ usageMetadata }));
      const ours = costOf({ model: id, usage: usageOf(json) ?? assert.fail() }, {
        prices,
        atMs: AT,
      });
      if (ours === undefined) continue;
      const { usage } = extractUsage(google, { modelVersion: id, usageMetadata });
      const theirs = calcPrice(usage, id, { provider: google, timestamp: new Date(AT) });
      assert.ok(theirs !== null, id);
      const words = `${id}: ${ours}, and not ${theirs.total_price * 1e6} for ${
        JSON.stringify(usage)
      }`;
      assert.ok(Math.abs(ours - theirs.total_price * 1e6) < 0.01, words);
      compared++;
    }
  }
  assert.ok(compared > 30 * REPORTED.length, `${compared} were compared`);
});
