import assert from "node:assert/strict";
import { accessToken, callInternal, envelope } from "../calls.ts";
import { batchOf, contentOf, NEW, OLD, place, TEXT_MODEL } from "./embedding_calls.ts";
import { bearer, callVertex, serviceAccountToken } from "../vertex_calls.ts";

/** The task types of generativelanguage, each at the place of its number. */
const TASK_TYPES = [
  "TASK_TYPE_UNSPECIFIED",
  "RETRIEVAL_QUERY",
  "RETRIEVAL_DOCUMENT",
  "SEMANTIC_SIMILARITY",
  "CLASSIFICATION",
  "CLUSTERING",
  "QUESTION_ANSWERING",
  "FACT_VERIFICATION",
  "CODE_RETRIEVAL_QUERY",
];

Deno.test("A task type has the same vector by its name and by its number, on either API by its own", async () => {
  await using at = await place();
  const seen = new Set<string>();
  for (const [number, taskType] of TASK_TYPES.entries()) {
    const content = contentOf("one");
    const named = await at.native("embedContent", { content, taskType });
    const numbered = await at.native("embedContent", { content, taskType: number });
    assert.deepEqual(numbered, named);
    seen.add(JSON.stringify(named));
    if (number === 0) continue;
    const embedContentConfig = { taskType };
    const vertex = await at.vertex("embedContent", { content, embedContentConfig }, NEW);
    const config = { taskType: number + 1 };
    const body = { content, embedContentConfig: config };
    assert.deepEqual(await at.vertex("embedContent", body, NEW), vertex);
    const instance = { content: "one", task_type: taskType };
    const { predictions } = await at.vertex("predict", { instances: [instance] }, OLD);
    assert.deepEqual(predictions[0].embeddings.values, named.embedding.values);
  }
  assert.equal(seen.size, TASK_TYPES.length);
});

Deno.test("Each service has its own methods for embeddings, and Code Assist none", async (t) => {
  await using at = await place();
  const { emulator } = at;
  const token = await accessToken(emulator.addUser("user"));
  const headers = bearer(token);
  const responses = {
    "embedContent of Code Assist": () =>
      callInternal(emulator, token, { method: "embedContent", body: envelope() }),
    "batchEmbedContents of Code Assist": () =>
      callInternal(emulator, token, { method: "batchEmbedContents", body: envelope() }),
    "batchEmbedContents of Vertex AI": () =>
      callVertex(emulator, { headers, method: "batchEmbedContents", model: OLD }),
  };
  for (const [name, call] of Object.entries(responses)) {
    await t.step(name, async () => {
      const response = await call();
      assert.equal(response.status, 404);
      assert.match(await response.text(), /^<!DOCTYPE html>/);
    });
  }
});

Deno.test("The services list the models that embed, each its own", async () => {
  await using at = await place();
  const { emulator } = at;
  const native = await fetch(`${emulator.url}/v1beta/models?key=${at.key}`);
  const { models } = await native.json();
  const embeds = models.filter(({ name }: { name: string }) => name.includes("embedding"));
  assert.deepEqual(embeds.map(({ name }: { name: string }) => name), [
    `models/${OLD}`,
    `models/${NEW}`,
    `models/${NEW}-preview`,
  ]);
  assert.deepEqual(embeds[1], {
    name: `models/${NEW}`,
    version: "001",
    displayName: NEW,
    description: `An emulated ${NEW}: its answers are made up`,
    inputTokenLimit: 8192,
    outputTokenLimit: 1,
    supportedGenerationMethods: [
      "embedContent",
      "countTextTokens",
      "countTokens",
      "asyncBatchEmbedContent",
    ],
  });
  const headers = bearer(await serviceAccountToken(emulator.addServiceAccount("other")));
  const vertex = await fetch(`${emulator.url}/v1beta1/publishers/google/models?pageSize=100`, {
    headers,
  });
  const { publisherModels } = await vertex.json();
  const names = publisherModels.map(({ name }: { name: string }) => name);
  for (const model of [OLD, NEW, "text-embedding-004", TEXT_MODEL]) {
    assert.ok(names.includes(`publishers/google/models/${model}`), model);
  }
});

Deno.test("script() works for embeddings, and they are recorded", async (t) => {
  await using at = await place();
  const { emulator } = at;
  const content = contentOf("one");
  const calls = [
    ["key", () => at.native("embedContent", { content })],
    ["key", () => at.native("batchEmbedContents", batchOf(["one"]))],
    ["vertex", () => at.vertex("predict", { instances: [{ content: "one" }] }, OLD)],
    ["vertex", () => at.vertex("embedContent", { content }, NEW)],
  ] as const;
  for (const [index, [account, call]] of calls.entries()) {
    await t.step(`call ${index + 1}`, async () => {
      emulator.clear();
      const good = await call();
      emulator.script(account, ["429-bare", "503", "empty-answer", {
        type: "ok",
        events: [{ embedding: {} }],
      }]);
      assert.equal((await call()).error.status, "RESOURCE_EXHAUSTED");
      assert.equal((await call()).error.status, "UNAVAILABLE");
      assert.deepEqual(await call(), {});
      assert.deepEqual(await call(), { embedding: {} });
      assert.deepEqual(await call(), good);
      assert.equal(emulator.requests.length, 6);
      assert.ok(emulator.requests.every((request) => request.account === account));
    });
  }
  await t.step("by method, with quotas of their own", async () => {
    emulator.script("key", ["429-daily"], { method: "batchEmbedContents", model: OLD });
    assert.ok((await at.native("embedContent", { content })).embedding);
    const { error } = await at.native("batchEmbedContents", batchOf(["one"]));
    const [{ violations }] = error.details;
    assert.equal(
      violations[0].quotaMetric,
      "generativelanguage.googleapis.com/embed_content_free_tier_requests",
    );
    assert.equal(
      violations[0].quotaId,
      "EmbedContentRequestsPerDayPerUserPerProjectPerModel-FreeTier",
    );
    emulator.script("vertex", [{ type: "429-short", delayMs: 100 }]);
    const vertex = await at.vertex("embedContent", { content }, NEW);
    assert.match(vertex.error.message, /online_prediction_requests_per_base_model with base model/);
  });
});
