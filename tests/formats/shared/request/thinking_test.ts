import assert from "node:assert/strict";
import {
  type Effort,
  isEffort,
  type Thinking,
  thinkingConfig,
} from "../../../../src/formats/shared/request/thinking.ts";

const EFFORTS: readonly Effort[] = [
  "none",
  "disable",
  "minimal",
  "low",
  "medium",
  "high",
  "xhigh",
  "max",
  "auto",
];

function amounts(model: string): unknown[] {
  return EFFORTS.map((effort) => {
    const config = thinkingConfig({ effort, model });
    return config?.thinkingBudget ?? config?.thinkingLevel;
  });
}

Deno.test("thinkingConfig() has Google's budgets for Gemini 2.5", () => {
  assert.deepEqual(
    amounts("gemini-2.5-flash"),
    [0, 0, 1024, 1024, 8192, 24_576, 24_576, 24_576, -1],
  );
  assert.deepEqual(
    amounts("gemini-2.5-pro"),
    [128, 128, 1024, 1024, 8192, 24_576, 32_768, 32_768, -1],
  );
});

Deno.test("thinkingConfig() has levels for Gemini 3; without thoughts there is the lowest", () => {
  const flash = ["MINIMAL", "MINIMAL", "MINIMAL", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"];
  assert.deepEqual(amounts("gemini-3-flash-preview"), [...flash, undefined]);
  assert.deepEqual(amounts("gemini-flash-latest"), [...flash, undefined]);
  const pro = ["LOW", "LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"];
  assert.deepEqual(amounts("gemini-3.1-pro-preview"), [...pro, undefined]);
});

Deno.test("thinkingConfig() asks models that do not think for nothing", () => {
  for (const model of ["gemini-2.0-flash", "gemma-3-27b-it", "gemini-2.5-flash-preview-tts"]) {
    assert.equal(thinkingConfig({ effort: "high", model, includeThoughts: true }), undefined);
  }
});

Deno.test("thinkingConfig() shows thoughts where the client can, unless it wants none", () => {
  const shown = (thinking: Omit<Thinking, "model">) =>
    thinkingConfig({ ...thinking, model: "gemini-3-flash-preview" })?.includeThoughts;
  assert.equal(shown({ effort: "low", includeThoughts: true }), true);
  assert.equal(shown({ effort: "none", includeThoughts: true }), false);
  assert.equal(shown({ budget: 0, includeThoughts: true }), false);
  assert.equal(shown({ effort: "low" }), undefined);
});

Deno.test("thinkingConfig() keeps budgets within the model's limits", () => {
  const budget = (tokens: number, model: string) => thinkingConfig({ budget: tokens, model });
  assert.deepEqual(budget(100_000, "gemini-2.5-flash"), { thinkingBudget: 24_576 });
  assert.deepEqual(budget(1, "gemini-2.5-pro"), { thinkingBudget: 128 });
  assert.deepEqual(budget(5000, "gemini-3-flash-preview"), { thinkingBudget: 5000 });
  assert.deepEqual(budget(0, "gemini-3-flash-preview"), {
    thinkingLevel: "MINIMAL",
    includeThoughts: false,
  });
  assert.equal(thinkingConfig({ model: "gemini-3-flash-preview" }), undefined);
});

Deno.test("isEffort() knows the words", () => {
  for (const effort of EFFORTS) assert.ok(isEffort(effort));
  for (const word of ["", "constructor", "HIGH", 3, null]) assert.ok(!isEffort(word));
});
