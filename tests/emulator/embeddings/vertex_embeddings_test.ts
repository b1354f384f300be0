import assert from "node:assert/strict";
import { contentOf, NEW, OLD, place, TEXT_MODEL, UNKNOWN } from "./embedding_calls.ts";

Deno.test("predict gives the embeddings of generativelanguage with their statistics", async () => {
  await using at = await place();
  const text = "Hello, world!";
  const { embedding } = await at.native("embedContent", { content: contentOf(text) });
  assert.deepEqual(await at.vertex("predict", { instances: [{ content: text }] }, OLD), {
    predictions: [{
      embeddings: {
        statistics: { truncated: false, token_count: 4 },
        values: embedding.values,
      },
    }],
    metadata: { billableCharacterCount: 12 },
  });
  const parameters = { outputDimensionality: 10, autoTruncate: false };
  const instances = Array.from({ length: 250 }, (_, index) => ({ content: `text ${index}` }));
  const { predictions } = await at.vertex("predict", { instances, parameters }, TEXT_MODEL);
  assert.equal(predictions.length, 250);
  const last = await at.vertex("predict", { instances: instances.slice(-1) }, TEXT_MODEL);
  const { values } = last.predictions[0].embeddings;
  assert.equal(values.length, 768);
  assert.deepEqual(predictions[249].embeddings.values, values.slice(0, 10));
});

Deno.test("predict truncates a text that is too long unless it is told not to", async () => {
  await using at = await place();
  const instances = [{ content: "x".repeat(2049 * 4) }];
  const { predictions } = await at.vertex("predict", { instances }, OLD);
  assert.deepEqual(predictions[0].embeddings.statistics, { truncated: true, token_count: 2048 });
  const parameters = { autoTruncate: false };
  const { error } = await at.vertex("predict", { instances, parameters }, OLD);
  assert.match(
    error.message,
    /because the input token count is 2049 but model only supports up to/,
  );
});

Deno.test("aiplatform's embedContent gives one vector, its tokens, and whether it was truncated", async () => {
  await using at = await place();
  const content = contentOf("one");
  const { embedding } = await at.native("embedContent", { content }, NEW);
  assert.deepEqual(await at.vertex("embedContent", { content }, NEW), {
    embedding,
    usageMetadata: {
      promptTokenCount: 1,
      promptTokensDetails: [{ modality: "TEXT", tokenCount: 1 }],
      totalTokenCount: 1,
    },
  });
  const embedContentConfig = {
    taskType: "RETRIEVAL_DOCUMENT",
    title: "t",
    outputDimensionality: 128,
    autoTruncate: true,
    documentOcr: true,
    audioTrackExtraction: true,
  };
  const long = contentOf("x".repeat(8193 * 4));
  const cut = await at.vertex("embedContent", { content: long, embedContentConfig }, NEW);
  assert.equal(cut.embedding.values.length, 128);
  assert.equal(cut.truncated, true);
  assert.equal(cut.usageMetadata.promptTokenCount, 8192);
});

Deno.test("aiplatform refuses embeddings that Vertex AI refuses", async (t) => {
  await using at = await place();
  const instance = { content: "one" };
  const content = contentOf("one");
  const says = (why: string) => `Unable to submit request because ${why}`;
  const cases: readonly (readonly [
    name: string,
    call: readonly [method: string, model: string],
    body: unknown,
    says: string,
  ])[] = [
    ["an unknown field", ["predict", OLD], { instances: [instance], foo: 1 }, `${UNKNOWN} "foo"`],
    [
      "generativelanguage's body",
      ["predict", OLD],
      { content },
      `${UNKNOWN} "content"`,
    ],
    [
      "an unknown field of an instance",
      ["predict", OLD],
      { instances: [{ ...instance, taskType: "CLUSTERING" }] },
      says('"taskType" is not a known field.'),
    ],
    [
      "an unknown parameter",
      ["predict", OLD],
      { instances: [instance], parameters: { output_dimensionality: 1 } },
      says('"output_dimensionality" is not a known field.'),
    ],
    [
      "a task type by its number",
      ["predict", OLD],
      { instances: [{ ...instance, task_type: 2 }] },
      says('"task_type" is not a string.'),
    ],
    [
      "an unknown task type",
      ["predict", OLD],
      { instances: [{ ...instance, task_type: "TASK_TYPE_UNSPECIFIED" }] },
      says("the task_type TASK_TYPE_UNSPECIFIED is not supported."),
    ],
    ["no instance", ["predict", OLD], {}, "Empty instances."],
    ["an empty text", ["predict", OLD], { instances: [{ content: "" }] }, says("the text content")],
    [
      "two instances",
      ["predict", OLD],
      { instances: [instance, instance] },
      says("batchSize must be 1 but the entered value was 2."),
    ],
    [
      "251 instances",
      ["predict", TEXT_MODEL],
      { instances: Array(251).fill(instance) },
      "250 instance(s) is allowed per prediction. Actual: 251",
    ],
    [
      "a title without its task type",
      ["predict", OLD],
      { instances: [{ ...instance, title: "t", task_type: "RETRIEVAL_QUERY" }] },
      says("the model does not support the title parameter unless the task_type is RETRIEVAL_DOC"),
    ],
    [
      "too many dimensions",
      ["predict", TEXT_MODEL],
      { instances: [instance], parameters: { outputDimensionality: 769 } },
      says("it has a outputDimensionality value of 769 but the supported range is from 1"),
    ],
    [
      "no dimensions",
      ["embedContent", NEW],
      { content, embedContentConfig: { outputDimensionality: 0 } },
      says("it has a outputDimensionality value of 0 but the supported range is from 1"),
    ],
    [
      "a model of embedContent",
      ["predict", NEW],
      { instances: [instance] },
      "Gemini cannot be accessed through Vertex Predict/RawPredict API.",
    ],
    [
      "a model that generates",
      ["predict", "gemini-2.5-flash"],
      { instances: [instance] },
      "Gemini cannot be accessed through Vertex Predict/RawPredict API.",
    ],
    ["a model of predict", ["embedContent", OLD], { content }, `The model ${OLD} is not supported`],
    ["a model in the body", ["embedContent", NEW], { content, model: NEW }, `${UNKNOWN} "model"`],
    ["unknown settings", ["embedContent", NEW], {
      content,
      embedContentConfig: { foo: 1 },
    }, `${UNKNOWN} "foo" at 'embed_content_config'`],
    ["several contents", ["embedContent", NEW], { contents: [content] }, `${UNKNOWN} "contents"`],
    ["no content", ["embedContent", NEW], {}, "Request contains an invalid argument."],
    [
      "a task type that only generativelanguage has",
      ["embedContent", NEW],
      { content, embedContentConfig: { taskType: "TASK_TYPE_UNSPECIFIED" } },
      "Invalid value at 'embed_content_config.task_type' (type.googleapis.com/google.cloud." +
      "aiplatform.v1beta1.EmbedContentRequest.EmbeddingTaskType)",
    ],
    [
      "an empty task type",
      ["embedContent", NEW],
      { content, embedContentConfig: { taskType: "" } },
      "Invalid value at 'embed_content_config.task_type'",
    ],
    [
      "a number that no task type has",
      ["embedContent", NEW],
      { content, embedContentConfig: { taskType: 1 } },
      "Request contains an invalid argument.",
    ],
  ];
  for (const [name, [method, model], body, words] of cases) {
    await t.step(name, async () => {
      const { error } = await at.vertex(method, body, model);
      assert.equal(error?.code, 400);
      assert.ok(error.message.startsWith(words), error.message);
    });
  }
  await t.step("an unknown model", async () => {
    for (const [method, model] of [["predict", "no-such"], ["embedContent", "gemini-2.5-pro"]]) {
      const { error } = await at.vertex(method ?? "", {}, model ?? "");
      assert.equal(error.code, 404);
      assert.match(error.message, /^Publisher Model `projects\//);
    }
  });
});
