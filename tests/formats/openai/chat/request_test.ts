/** The settings of a chat completion, each by its effect on the native request. @module */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/base/json.ts";
import { GEMINI_2, GEMINI_3, nativeOf, readCall, refusedField } from "./chat_calls.ts";

const CONTENTS = [{ role: "user", parts: [{ text: "hi" }] }];

function configOf(body: JsonObject): unknown {
  const { contents, generationConfig, ...rest } = nativeOf(body);
  assert.deepEqual(contents, CONTENTS);
  assert.deepEqual(rest, {});
  return generationConfig;
}

const SETTINGS: readonly (readonly [body: JsonObject, config: unknown])[] = [
  [{}, undefined],
  [{ temperature: 0.5, top_p: 0.9, top_k: 40 }, { temperature: 0.5, topP: 0.9, topK: 40 }],
  [{ temperature: null, stop: null, n: null, seed: null, tools: null }, undefined],
  [{ max_tokens: 5 }, { maxOutputTokens: 5 }],
  [{ max_tokens: 5, max_completion_tokens: 9 }, { maxOutputTokens: 9 }],
  [{ max_tokens: 200_000 }, { maxOutputTokens: 65_535 }],
  [{ n: 1 }, undefined],
  [{ n: 3 }, { candidateCount: 3 }],
  [{ stop: "END" }, { stopSequences: ["END"] }],
  [{ stop: ["a", "b", ""] }, { stopSequences: ["a", "b"] }],
  [{ stop: [] }, undefined],
  [{ seed: 7 }, { seed: 7 }],
  [{ seed: 2 ** 40 + 7 }, { seed: 7 }],
  [{ seed: 2 ** 31 }, { seed: -(2 ** 31) }],
  [{ presence_penalty: 1, frequency_penalty: -1 }, { presencePenalty: 1, frequencyPenalty: -1 }],
  [{ presence_penalty: 0 }, undefined],
  [{ logprobs: true }, { responseLogprobs: true }],
  [{ logprobs: true, top_logprobs: 4 }, { responseLogprobs: true, logprobs: 4 }],
  [{ logprobs: false, top_logprobs: 4 }, undefined],
  [{ response_format: { type: "text" } }, undefined],
  [{ response_format: { type: "json_object" } }, { responseMimeType: "application/json" }],
  [
    {
      response_format: {
        type: "json_schema",
        json_schema: { name: "a", strict: true, schema: { $schema: "x", type: "object" } },
      },
    },
    { responseMimeType: "application/json", responseJsonSchema: { type: "object" } },
  ],
  [
    { reasoning_effort: "low" },
    { thinkingConfig: { thinkingBudget: 1024, includeThoughts: true } },
  ],
  [
    { reasoning_effort: "none" },
    { thinkingConfig: { thinkingBudget: 0, includeThoughts: false } },
  ],
  [
    { model: GEMINI_3, reasoning_effort: "medium" },
    { thinkingConfig: { thinkingLevel: "MEDIUM", includeThoughts: true } },
  ],
  [
    { reasoning: { effort: "low" }, thinking: { type: "disabled" } },
    { thinkingConfig: { thinkingBudget: 1024, includeThoughts: true } },
  ],
  [
    { reasoning: { max_tokens: 99, exclude: true } },
    { thinkingConfig: { thinkingBudget: 99, includeThoughts: false } },
  ],
  [
    { reasoning: { enabled: false } },
    { thinkingConfig: { thinkingBudget: 0, includeThoughts: false } },
  ],
  [
    { thinking: { type: "enabled", budget_tokens: 99 } },
    { thinkingConfig: { thinkingBudget: 99, includeThoughts: true } },
  ],
  [
    { thinking: { type: "disabled" } },
    { thinkingConfig: { thinkingBudget: 0, includeThoughts: false } },
  ],
  [{ modalities: ["text"] }, undefined],
  [{ modalities: ["text", "image"] }, { responseModalities: ["TEXT", "IMAGE"] }],
  [
    { modalities: ["text", "audio"], audio: { voice: "Puck", format: "wav" } },
    {
      responseModalities: ["AUDIO"],
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: "Puck" } } },
    },
  ],
  [
    { extra_body: { google: { thinking_config: { thinking_level: "low" } } } },
    { thinkingConfig: { thinkingLevel: "LOW" } },
  ],
  [
    { reasoning_effort: "high", google: { thinking_config: { include_thoughts: true } } },
    { thinkingConfig: { includeThoughts: true } },
  ],
  [
    { google: { image_config: { aspect_ratio: "16:9" } } },
    { imageConfig: { aspectRatio: "16:9" } },
  ],
];

Deno.test("Each setting has its native one, and nothing is added", () => {
  for (const [body, config] of SETTINGS) {
    assert.deepEqual(configOf(body), config, JSON.stringify(body));
  }
});

Deno.test("Settings outside of generationConfig have their native places", () => {
  const safety = [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }];
  const cases: readonly (readonly [body: JsonObject, members: JsonObject])[] = [
    [{ service_tier: "flex" }, { serviceTier: "flex" }],
    [{ service_tier: "priority" }, { serviceTier: "priority" }],
    [{ service_tier: "auto" }, {}],
    [{ service_tier: "default" }, {}],
    [{ google: { safety_settings: safety } }, { safetySettings: safety }],
    [{ extra_body: { google: { safety_settings: safety } } }, { safetySettings: safety }],
    [{ google: { cached_content: "cachedContents/a" } }, { cachedContent: "cachedContents/a" }],
    [{ web_search_options: {} }, { tools: [{ googleSearch: {} }] }],
    [
      {
        web_search_options: { search_context_size: "low", user_location: { type: "approximate" } },
      },
      { tools: [{ googleSearch: {} }] },
    ],
  ];
  for (const [body, members] of cases) {
    assert.deepEqual(nativeOf(body), { contents: CONTENTS, ...members }, JSON.stringify(body));
  }
});

Deno.test("A setting of the wrong type or value is refused by its name", () => {
  const cases: readonly (readonly [body: JsonObject, field: string])[] = [
    [{ model: undefined }, "model"],
    [{ model: "" }, "model"],
    [{ temperature: "1" }, "temperature"],
    [{ max_tokens: 1.5 }, "max_tokens"],
    [{ n: 0 }, "n"],
    [{ stop: 5 }, "stop"],
    [{ stop: ["a", 5] }, "stop[1]"],
    [{ seed: 0.5 }, "seed"],
    [{ stream: "yes" }, "stream"],
    [{ logprobs: 3 }, "logprobs"],
    [{ response_format: { type: "xml" } }, "response_format.type"],
    [{ response_format: { type: "json_schema" } }, "response_format.json_schema.schema"],
    [{ reasoning_effort: "huge" }, "reasoning_effort"],
    [{ reasoning: { effort: "huge" } }, "reasoning.effort"],
    [{ service_tier: "gold" }, "service_tier"],
    [{ modalities: ["audio"], audio: { format: "mp3" } }, "audio.format"],
    [{ modalities: ["audio"], audio: { format: "wav" }, stream: true }, "audio.format"],
    [{ moderation: { model: "omni-moderation-latest" } }, "moderation"],
    [{ extra_body: { other: 1 } }, "extra_body.other"],
  ];
  for (const [body, field] of cases) {
    assert.equal(refusedField(body), field, JSON.stringify(body));
  }
});

Deno.test("The model is resolved, and the method is that of the stream", () => {
  const [whole] = readCall({ model: "models/gemini-2.5-pro" }).calls;
  assert.equal(whole?.model, "gemini-2.5-pro");
  assert.equal(whole.method, "generateContent");
  const [stream] = readCall({ stream: true }).calls;
  assert.equal(stream?.method, "streamGenerateContent");
});

Deno.test("The conversation's id is the cache's key, or else the user", () => {
  const session = (body: JsonObject) => readCall(body).session;
  assert.equal(session({}), undefined);
  assert.equal(session({ prompt_cache_key: "k", user: "u", safety_identifier: "s" }), "k");
  assert.equal(session({ user: "u", safety_identifier: "s" }), "u");
  assert.equal(session({ safety_identifier: "s" }), "s");
});

Deno.test("What is dropped with an effect is told as a warning", () => {
  const functions = [{ type: "function", function: { name: "f" } }];
  const warning = (body: JsonObject) => readCall(body).warning;
  assert.equal(warning({ presence_penalty: 1 }), undefined);
  assert.match(warning({ model: GEMINI_3, presence_penalty: 1 }) ?? "", /presence_penalty/);
  assert.match(warning({ tools: functions, parallel_tool_calls: false }) ?? "", /parallel/);
  assert.match(
    warning({ model: GEMINI_2, tools: [...functions, { type: "web_search" }] }) ?? "",
    /googleSearch dropped/,
  );
});
