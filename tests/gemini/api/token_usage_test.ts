/** The tokens that responses count. @module */
import assert from "node:assert/strict";
import {
  restOfUsage,
  storedUsage,
  sumOfUsage,
  usageOf,
} from "../../../src/gemini/api/token_usage.ts";
import { usageOfInteraction } from "../../../src/gemini/interactions/interaction_usage.ts";
import { utf8Bytes } from "../../../src/base/text/text.ts";

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

Deno.test("usageOf() counts the thoughts of Live turns apart, as recorded sessions have them", () => {
  const turns = [
    // Audio, so that the thoughts are not in it.
    { response: 37, thoughts: 28, details: [{ modality: "AUDIO", tokenCount: 37 }] },
    { response: 74, thoughts: 77, details: [{ modality: "AUDIO", tokenCount: 74 }] },
    { response: 40, thoughts: 10, details: undefined },
  ];
  for (const { response, thoughts, details } of turns) {
    const usage = read({
      promptTokenCount: 100,
      responseTokenCount: response,
      totalTokenCount: 100 + response,
      thoughtsTokenCount: thoughts,
      responseTokensDetails: details,
    });
    assert.deepEqual(
      [usage?.candidates, usage?.thoughts, usage?.total],
      [response, thoughts, 100 + response + thoughts],
    );
  }
});

Deno.test("usageOf() takes no thoughts off candidates that are not text, or are too few", () => {
  const audio = [{ modality: "TEXT", tokenCount: 5 }, { modality: "AUDIO", tokenCount: 30 }];
  const text = [{ modality: "TEXT", tokenCount: 35 }];
  for (
    const [thoughts, details, candidates] of [
      [6, audio, 35],
      [5, audio, 30],
      [30, text, 5],
      [36, text, 35],
      [36, undefined, 35],
    ] as const
  ) {
    const usage = read({
      promptTokenCount: 10,
      candidatesTokenCount: 35,
      thoughtsTokenCount: thoughts,
      totalTokenCount: 45,
      candidatesTokensDetails: details,
    });
    assert.equal(usage?.candidates, candidates);
    assert.equal(usage?.total, 10 + candidates + thoughts);
  }
});

Deno.test("restOfUsage() is what was not counted before, by modality as well", () => {
  const whole = {
    prompt: 10,
    cached: 1,
    tool: 0,
    candidates: 8,
    thoughts: 2,
    total: 20,
    modalities: { prompt: { TEXT: 6, IMAGE: 4 } },
  };
  const part = {
    ...whole,
    prompt: 6,
    candidates: 9,
    total: 6,
    modalities: { prompt: { TEXT: 6 } },
  };
  assert.deepEqual(restOfUsage(whole, part), {
    prompt: 4,
    cached: 0,
    tool: 0,
    candidates: 0,
    thoughts: 0,
    total: 14,
    modalities: { prompt: { TEXT: 0, IMAGE: 4 } },
  });
  assert.deepEqual(storedUsage(JSON.parse(JSON.stringify(whole))), whole);
  assert.equal(storedUsage("no"), undefined);
});
