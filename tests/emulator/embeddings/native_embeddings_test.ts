import assert from "node:assert/strict";
import { batchOf, contentOf, NEW, OLD, place, TEXT_MODEL, UNKNOWN } from "./embedding_calls.ts";

function normOf(values: readonly number[]): number {
  return Math.hypot(...values);
}

Deno.test("embedContent gives the same vector for the same text, and another for another", async () => {
  await using at = await place();
  const one = await at.native("embedContent", { content: contentOf("one") });
  const again = await at.native("embedContent", {
    model: `models/${OLD}`,
    content: contentOf("one"),
  });
  const two = await at.native("embedContent", { content: contentOf("two") });
  assert.deepEqual(Object.keys(one), ["embedding"]);
  assert.equal(one.embedding.values.length, 3072);
  assert.ok(Math.abs(normOf(one.embedding.values) - 1) < 1e-6);
  assert.deepEqual(again, one);
  assert.notDeepEqual(two, one);
});

Deno.test("batchEmbedContents gives the vectors of embedContent in the order of its requests", async () => {
  await using at = await place();
  const texts = Array.from({ length: 100 }, (_, index) => `text ${index}`);
  const { embeddings, ...others } = await at.native("batchEmbedContents", batchOf(texts));
  assert.deepEqual(others, {});
  assert.equal(embeddings.length, 100);
  for (const index of [0, 41, 99]) {
    const body = { content: contentOf(texts[index] ?? "") };
    assert.deepEqual(embeddings[index], (await at.native("embedContent", body)).embedding);
  }
});

Deno.test("A shorter vector is the beginning of the whole one, normalized by Gemini Embedding 2 alone", async () => {
  await using at = await place();
  for (const [model, isNormalized] of [[OLD, false], [NEW, true]] as const) {
    const content = contentOf("one");
    const whole = await at.native("embedContent", { content }, model);
    const body = { content, output_dimensionality: 768 };
    const { embedding: { values } } = await at.native("embedContent", body, model);
    assert.equal(values.length, 768);
    assert.equal(Math.abs(normOf(values) - 1) < 1e-6, isNormalized);
    const scale = isNormalized ? normOf(whole.embedding.values.slice(0, 768)) : 1;
    for (const index of [0, 1, 767]) {
      assert.ok(Math.abs(values[index] * scale - whole.embedding.values[index]) < 1e-6);
    }
  }
});

Deno.test("Gemini Embedding 2 counts tokens, takes media and ignores task types", async () => {
  await using at = await place();
  const content = { parts: [{ text: "0123456789" }, { inlineData: { mimeType: "image/png" } }] };
  const one = await at.native("embedContent", { content }, NEW);
  const tokens = 3 + 258;
  assert.deepEqual(one.usageMetadata, {
    promptTokenCount: tokens,
    promptTokenDetails: [
      { modality: "TEXT", tokenCount: 3 },
      { modality: "IMAGE", tokenCount: 258 },
    ],
  });
  const withTask = await at.native("embedContent", { content, taskType: "CLUSTERING" }, NEW);
  assert.deepEqual(withTask, one);
  const text = await at.native("embedContent", { content: contentOf("0123456789") }, NEW);
  assert.notDeepEqual(text.embedding, one.embedding);
  const request = { model: `models/${NEW}`, content };
  const batch = await at.native("batchEmbedContents", { requests: [request, request] }, NEW);
  assert.deepEqual(batch.embeddings, [one.embedding, one.embedding]);
  assert.equal(batch.usageMetadata.promptTokenCount, 2 * tokens);
});

Deno.test("generativelanguage refuses embeddings that Google refuses", async (t) => {
  await using at = await place();
  const content = contentOf("one");
  const request = { model: `models/${OLD}`, content };
  const batch = "BatchEmbedContentsRequest";
  const cases: readonly (readonly [name: string, method: string, body: unknown, says: string])[] = [
    ["an unknown field", "embedContent", { content, foo: 1 }, `${UNKNOWN} "foo": Cannot find`],
    [
      "Vertex AI's settings",
      "embedContent",
      { content, embedContentConfig: {} },
      `${UNKNOWN} "embedContentConfig": Cannot find`,
    ],
    ["several contents", "embedContent", { contents: [content] }, `${UNKNOWN} "contents"`],
    [
      "an unknown field of a request",
      "batchEmbedContents",
      { requests: [{ ...request, autoTruncate: true }] },
      `${UNKNOWN} "autoTruncate" at 'requests[0]'`,
    ],
    ["no content", "embedContent", {}, "* EmbedContentRequest.content: content is not specified"],
    [
      "an empty text",
      "embedContent",
      { content: contentOf("") },
      "EmbedContentRequest.content contains an empty Part.",
    ],
    [
      "an empty text in a batch",
      "batchEmbedContents",
      batchOf(["one", ""]),
      "EmbedContentRequest.content contains an empty Part.",
    ],
    ["no part", "embedContent", { content: {} }, "EmbedContentRequest.content contains an empty"],
    [
      "another model",
      "embedContent",
      { model: `models/${NEW}`, content },
      "* EmbedContentRequest.model: model does not match",
    ],
    [
      "a bare model",
      "embedContent",
      { model: OLD, content },
      "* EmbedContentRequest.model: unexpected model name format",
    ],
    [
      "a title without a task type",
      "embedContent",
      { content, title: "t" },
      "* EmbedContentRequest.title: title is only applicable to task type RETRIEVAL_DOCUMENT",
    ],
    [
      "an unknown task type",
      "embedContent",
      { content, taskType: "NONE" },
      "Invalid value at 'task_type' (type.googleapis.com/google.ai.generativelanguage.v1beta." +
      'TaskType), "NONE"',
    ],
    [
      "a number that no task type has",
      "embedContent",
      { content, taskType: 9 },
      "Request contains an invalid argument.",
    ],
    [
      "no dimensions",
      "embedContent",
      { content, outputDimensionality: 0 },
      "Request contains an invalid argument.",
    ],
    [
      "too many dimensions",
      "embedContent",
      { content, outputDimensionality: 3073 },
      "Request contains an invalid argument.",
    ],
    [
      "an empty batch",
      "batchEmbedContents",
      { requests: [] },
      `* ${batch}.requests: requests is not specified`,
    ],
    [
      "a batch of 101",
      "batchEmbedContents",
      batchOf(Array(101).fill("one")),
      `* ${batch}.requests: at most 100 requests can be in one batch`,
    ],
    [
      "a request without a model",
      "batchEmbedContents",
      { requests: [{ content }] },
      `* ${batch}.requests[0].model: model is not specified`,
    ],
    [
      "a request with a bare model",
      "batchEmbedContents",
      { requests: [request, { ...request, model: OLD }] },
      `* ${batch}.requests[1].model: unexpected model name format`,
    ],
    [
      "a request with another model",
      "batchEmbedContents",
      { requests: [request, { ...request, model: `models/${NEW}` }] },
      `* ${batch}.requests[1].model: model does not match`,
    ],
  ];
  for (const [name, method, body, says] of cases) {
    await t.step(name, async () => {
      const { error } = await at.native(method, body);
      assert.equal(error?.code, 400);
      assert.equal(error.status, "INVALID_ARGUMENT");
      assert.ok(error.message.startsWith(says), error.message);
    });
  }
  await t.step("but takes a title with its task type", async () => {
    const plain = await at.native("embedContent", { content, taskType: 2 });
    const titled = await at.native("embedContent", { content, taskType: 2, title: "t" });
    assert.equal(titled.embedding.values.length, 3072);
    assert.notDeepEqual(titled, plain);
  });
});

Deno.test("generativelanguage says of a model that it does not have, or that does not embed, what Google says", async () => {
  await using at = await place();
  for (const model of ["nonexistent-model", "gemini-2.5-flash", TEXT_MODEL]) {
    for (const method of ["embedContent", "batchEmbedContents"]) {
      const { error } = await at.native(method, batchOf(["one"], model), model);
      assert.equal(error.code, 404);
      assert.ok(
        error.message.startsWith(
          `models/${model} is not found for API version v1beta, or is not supported for embedContent.`,
        ),
        error.message,
      );
    }
  }
  const { error } = await at.native("generateContent", undefined, OLD);
  assert.match(error.message, /is not supported for generateContent/);
});
