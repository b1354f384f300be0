/** What spans say of a request's settings and of a response, and what they never say. @module */
import assert from "node:assert/strict";
import {
  requestAttributes,
  responseAttributes,
} from "../../../src/daemon/traces/model_attributes.ts";
import { planted } from "../../support/planted.ts";

function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
}

const PROMPT = planted("prompt");
const contents = [{ parts: [{ text: PROMPT }] }];

Deno.test("requestAttributes() reads the settings, in both ways of writing their names", () => {
  const expected = {
    "gen_ai.request.max_tokens": 100,
    "gen_ai.request.temperature": 0.5,
    "gen_ai.request.top_p": 0.9,
    "gen_ai.request.top_k": 40,
    "gen_ai.request.seed": 7,
    "gen_ai.request.choice.count": 2,
    "gen_ai.request.reasoning.level": "low",
    "gen_ai.output.type": "json",
  };
  const camel = {
    ...{ maxOutputTokens: 100, temperature: 0.5, topP: 0.9, topK: 40, seed: 7, candidateCount: 2 },
    ...{ thinkingConfig: { thinkingLevel: "LOW" }, responseMimeType: "application/json" },
    ...{ stopSequences: [PROMPT], responseSchema: { description: PROMPT } },
  };
  assert.deepEqual(requestAttributes(bytes({ contents, generationConfig: camel })), expected);
  const snake = {
    ...{ max_output_tokens: 100, temperature: 0.5, top_p: 0.9, top_k: 40, seed: 7 },
    ...{ candidate_count: 2, thinking_config: { thinking_level: "LOW" } },
    ...{ response_mime_type: "application/json", stop_sequences: [PROMPT] },
  };
  assert.deepEqual(requestAttributes(bytes({ generation_config: snake, contents })), expected);
  const image = { responseModalities: ["IMAGE"], candidateCount: 1 };
  assert.deepEqual(requestAttributes(bytes({ generationConfig: image })), {
    "gen_ai.output.type": "image",
  });
});

Deno.test("requestAttributes() takes no text of a client, and nothing of what it cannot read", () => {
  const config = {
    ...{ maxOutputTokens: PROMPT, temperature: [PROMPT], seed: null, responseMimeType: PROMPT },
    ...{ thinkingConfig: { thinkingLevel: PROMPT }, responseModalities: [PROMPT] },
  };
  for (
    const body of [
      ...["", "[]", '{"generationConfig":', '{"generationConfig":[1]}', "{}"].map(bytes),
      bytes({ contents, generationConfig: config }),
      bytes({ contents: "x".repeat(1 << 20), generationConfig: { seed: 1 } }),
    ]
  ) assert.deepEqual(requestAttributes(body), {});
});

Deno.test("responseAttributes() reads ids and finish reasons, and no text of a model", () => {
  const candidates = [
    { content: { parts: [{ text: PROMPT, finishReason: "INNER" }] }, finishReason: "MAX_TOKENS" },
    { finishReason: "STOP", content: { parts: [] } },
  ];
  const response = { candidates, responseId: "abc-1", modelVersion: "gemini-2.5-flash" };
  assert.deepEqual(responseAttributes(bytes(response)), {
    "gen_ai.response.finish_reasons": ["max_tokens", "stop"],
    "gen_ai.response.id": "abc-1",
    "gen_ai.response.model": "gemini-2.5-flash",
  });
  const made = { finishReason: `${PROMPT} x` };
  for (
    const value of [
      ...["", "[1]", '{"candidates":[{'],
      { candidates: [made, 1, "x"], responseId: `${PROMPT} with spaces`, modelVersion: { a: 1 } },
      { candidates: {}, responseId: "x".repeat(129) },
    ]
  ) assert.deepEqual(responseAttributes(bytes(value)), {});
});
