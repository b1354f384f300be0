/** The tokens that responses count. @module */
import assert from "node:assert/strict";
import { sumOfUsage, usageOf } from "../../../src/gemini/api/token_usage.ts";
import { usageOfInteraction } from "../../../src/gemini/interactions/interaction_usage.ts";
import { utf8Bytes } from "../../../src/base/text.ts";

function read(usageMetadata: unknown) {
  return usageOf(utf8Bytes(JSON.stringify({ usageMetadata })));
}

Deno.test("usageOf() counts thoughts once, whether or not the candidates include them", () => {
  const exclusive = { promptTokenCount: 10, candidatesTokenCount: 5, thoughtsTokenCount: 7 };
  assert.deepEqual(read({ ...exclusive, totalTokenCount: 22 }), {
    prompt: 10,
    cached: 0,
    tool: 0,
    candidates: 5,
    thoughts: 7,
    total: 22,
  });
  const inclusive = { promptTokenCount: 10, candidatesTokenCount: 12, thoughtsTokenCount: 7 };
  for (const tool of [0, 4]) {
    const usage = { ...inclusive, toolUsePromptTokenCount: tool, totalTokenCount: 22 + tool };
    const { candidates, thoughts, total } = read(usage) ?? {};
    assert.deepEqual([candidates, thoughts, total], [5, 7, 22 + tool]);
  }
});

Deno.test("usageOf() reads the tokens by modality, under all of Google's names", () => {
  const text = [{ modality: "TEXT", tokenCount: 3 }];
  const mixed = [...text, { modality: "IMAGE", tokenCount: 258 }, { modality: "AUDIO" }];
  const { modalities } = read({
    promptTokenCount: 261,
    promptTokensDetails: mixed,
    cacheTokensDetails: text,
    toolUsePromptTokensDetails: text,
    candidatesTokensDetails: text,
  }) ?? {};
  assert.deepEqual(modalities, {
    prompt: { TEXT: 3, IMAGE: 258, AUDIO: 0 },
    cached: { TEXT: 3 },
    tool: { TEXT: 3 },
    candidates: { TEXT: 3 },
  });
  assert.deepEqual(read({ promptTokenDetails: text })?.modalities, { prompt: { TEXT: 3 } });
  const live = read({ responseTokenCount: 3, responseTokensDetails: text });
  assert.deepEqual([live?.candidates, live?.modalities], [3, { candidates: { TEXT: 3 } }]);
});

Deno.test("usageOf() adds up a total that is missing, and takes no count that is none", () => {
  assert.equal(read({ promptTokenCount: 3 })?.total, 3);
  assert.equal(read({ promptTokenCount: "12", totalTokenCount: 12 })?.prompt, 12);
  for (const broken of [-1, 1.5, null, {}, "x", 1e300]) {
    assert.equal(read({ promptTokenCount: broken, totalTokenCount: 1 })?.prompt, 0);
  }
  assert.equal(read("usage"), undefined);
});

Deno.test("usageOfInteraction() reads the tokens by modality, and thoughts once", () => {
  const usage = usageOfInteraction(utf8Bytes(JSON.stringify({
    usage: {
      total_tokens: 9,
      total_input_tokens: 2,
      total_output_tokens: 7,
      total_thought_tokens: 4,
      total_cached_tokens: 1,
      input_tokens_by_modality: [{ modality: "text", tokens: 2 }],
      output_tokens_by_modality: [{ modality: "audio", tokens: 3 }],
    },
  })));
  assert.deepEqual(usage, {
    prompt: 2,
    cached: 1,
    tool: 0,
    candidates: 3,
    thoughts: 4,
    total: 9,
    modalities: { prompt: { TEXT: 2 }, candidates: { AUDIO: 3 } },
  });
});

Deno.test("sumOfUsage() adds every count, also by modality", () => {
  const one = read({
    promptTokenCount: 3,
    totalTokenCount: 3,
    promptTokensDetails: [{ modality: "TEXT", tokenCount: 3 }],
  });
  const other = read({
    promptTokenCount: 5,
    totalTokenCount: 5,
    promptTokensDetails: [
      { modality: "TEXT", tokenCount: 4 },
      { modality: "AUDIO", tokenCount: 1 },
    ],
  });
  assert.deepEqual(sumOfUsage(one, other), {
    prompt: 8,
    cached: 0,
    tool: 0,
    candidates: 0,
    thoughts: 0,
    total: 8,
    modalities: { prompt: { TEXT: 7, AUDIO: 1 } },
  });
  assert.equal(sumOfUsage(undefined, one), one);
});
