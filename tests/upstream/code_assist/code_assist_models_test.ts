/** Code Assist's catalogue as Gemini API models. @module */
import assert from "node:assert/strict";
import { modelsOfCatalogue } from "../../../src/upstream/code_assist/code_assist_models.ts";

const METHODS = ["generateContent", "countTokens"];

Deno.test("modelsOfCatalogue() maps what is known of a model", () => {
  const models = {
    "gemini-2.5-pro": {
      displayName: "Gemini 2.5 Pro",
      supportsThinking: true,
      maxTokens: 1_048_576,
      maxOutputTokens: 65_536,
      quotaInfo: { remainingFraction: 1 },
    },
    bare: {},
    odd: { displayName: 5, maxTokens: "many", supportsThinking: "yes" },
    broken: null,
  };
  assert.deepEqual(modelsOfCatalogue({ models }), [
    {
      name: "models/gemini-2.5-pro",
      displayName: "Gemini 2.5 Pro",
      inputTokenLimit: 1_048_576,
      outputTokenLimit: 65_536,
      supportedGenerationMethods: METHODS,
      thinking: true,
    },
    ...["bare", "odd", "broken"].map((id) => ({
      name: `models/${id}`,
      displayName: id,
      supportedGenerationMethods: METHODS,
    })),
  ]);
});

Deno.test("modelsOfCatalogue() finds no model in an answer that has none", () => {
  for (const response of [{}, { models: [] }, { models: null }, null, [], "x"]) {
    assert.deepEqual(modelsOfCatalogue(response), []);
  }
});
