/** How Vertex AI's requests for embeddings are made, and what becomes of its responses. @module */
import assert from "node:assert/strict";
import { Secret } from "../../../src/accounts/secret.ts";
import type { ModelMethod } from "../../../src/gemini/api/methods.ts";
import { AttemptBudget } from "../../../src/upstream/attempt_budget.ts";
import { outboundOf } from "../../../src/upstream/outbound.ts";
import { Vertex } from "../../../src/upstream/vertex/vertex.ts";
import { hasEmbedContent } from "../../../src/upstream/vertex/vertex_embeddings.ts";
import { startTestUpstream, type TestUpstream } from "../../support/test_upstream.ts";
import { callOf, faultOf, parsed } from "../../support/upstream_call.ts";

/** Requests of a batch that are under way at the same time, as the module has it. */
const MOST_AT_ONCE = 8;

const VALUES = "[-0.020920176059007645, 1e-05, 0.5]";

/** What Vertex AI responds to a request, by the method of its path. */
function answer(request: Request): Response {
  const body = request.url.endsWith(":predict")
    ? `{"predictions": [{"embeddings": {"statistics": {"truncated": false, "token_count": 4},
        "values": ${VALUES}}}], "metadata": {"billableCharacterCount": 12}}`
    : `{"embedding": {"values": ${VALUES}}, "usageMetadata": {"promptTokenCount": 3}, "truncated": true}`;
  return new Response(body, { headers: { "content-type": "application/json" } });
}

async function embedded(
  upstream: TestUpstream,
  options: { readonly model: string; readonly method: ModelMethod; readonly body: unknown },
) {
  const budget = new AttemptBudget(3);
  const vertex = new Vertex({
    baseUrls: [upstream.url],
    access: { key: new Secret("planted-key") },
    clock: Date,
    outbound: outboundOf({}),
  });
  const { model, method, body } = options;
  const response = await vertex.call(callOf(body, { model, method, budget }));
  assert.ok(response.type === "json");
  return { bytes: response.bytes, taken: budget.taken };
}

/** Native requests, and what Vertex AI is sent for them. */
const REQUESTS: readonly {
  readonly what: string;
  readonly model: string;
  readonly native: Record<string, unknown>;
  readonly sent: unknown;
}[] = [
  {
    what: "a text with a task type",
    model: "gemini-embedding-001",
    native: { content: { parts: [{ text: "Hello, world!" }] }, taskType: "RETRIEVAL_QUERY" },
    sent: { instances: [{ content: "Hello, world!", task_type: "RETRIEVAL_QUERY" }] },
  },
  {
    what: "every setting, in snake_case",
    model: "text-embedding-005",
    native: {
      model: "models/text-embedding-005",
      content: { parts: [{ text: 'Line\n"two" \u00e9' }] },
      task_type: "RETRIEVAL_DOCUMENT",
      title: "T",
      output_dimensionality: 256,
    },
    sent: {
      instances: [{ content: 'Line\n"two" \u00e9', task_type: "RETRIEVAL_DOCUMENT", title: "T" }],
      parameters: { outputDimensionality: 256 },
    },
  },
  {
    what: "a task type by its number",
    model: "text-embedding-005",
    native: { content: { parts: [{ text: "a" }] }, taskType: 8 },
    sent: { instances: [{ content: "a", task_type: "CODE_RETRIEVAL_QUERY" }] },
  },
  {
    what: "the number of no task type",
    model: "text-embedding-005",
    native: { content: { parts: [{ text: "a" }] }, taskType: 0 },
    sent: { instances: [{ content: "a" }] },
  },
  {
    what: "numbers as strings",
    model: "text-embedding-005",
    native: {
      content: { parts: [{ text: "a" }] },
      taskType: "5",
      outputDimensionality: "256",
    },
    sent: {
      instances: [{ content: "a", task_type: "CLUSTERING" }],
      parameters: { outputDimensionality: 256 },
    },
  },
  {
    what: "several parts",
    model: "text-embedding-005",
    native: { content: { parts: [{ text: "a" }, { text: 'b"' }] } },
    sent: { instances: [{ content: 'a\nb"' }] },
  },
  {
    what: "a model that takes media",
    model: "gemini-embedding-2",
    native: {
      model: "models/gemini-embedding-2",
      content: { parts: [{ text: "a" }, { inlineData: { mimeType: "image/png", data: "AA==" } }] },
      outputDimensionality: 128,
      taskType: "CLUSTERING",
    },
    sent: {
      content: { parts: [{ text: "a" }, { inlineData: { mimeType: "image/png", data: "AA==" } }] },
      embedContentConfig: { taskType: "CLUSTERING", outputDimensionality: 128 },
    },
  },
  {
    what: "a model that takes media, and no setting",
    model: "gemini-embedding-2",
    native: { content: { parts: [{ text: "a" }] } },
    sent: { content: { parts: [{ text: "a" }] } },
  },
];

Deno.test("embedContent is sent as each model of Vertex AI takes it", async (t) => {
  await using upstream = startTestUpstream(answer);
  for (const { what, model, native, sent } of REQUESTS) {
    await t.step(what, async () => {
      const { bytes } = await embedded(upstream, { model, method: "embedContent", body: native });
      const seen = upstream.seen.at(-1);
      assert.deepEqual(JSON.parse(seen?.body ?? ""), sent);
      const action = hasEmbedContent(model) ? "embedContent" : "predict";
      assert.equal(seen?.target, `/v1beta1/publishers/google/models/${model}:${action}`);
      const text = new TextDecoder().decode(bytes);
      assert.ok(text.includes(VALUES), "The numbers stay as Google wrote them");
      assert.deepEqual(Object.keys(parsed(bytes)), ["embedding", "usageMetadata"]);
      assert.equal(parsed(bytes).usageMetadata.promptTokenCount, action === "predict" ? 4 : 3);
    });
  }
});

Deno.test("batchEmbedContents gives a vector for each request, in their order, as one attempt", async () => {
  let underWay = 0;
  let most = 0;
  const isFull = Promise.withResolvers<void>();
  await using upstream = startTestUpstream(async (request) => {
    most = Math.max(most, ++underWay);
    const { instances: [{ content }] } = JSON.parse(upstream.seen.at(-1)?.body ?? "");
    if (underWay === MOST_AT_ONCE) isFull.resolve();
    await isFull.promise;
    underWay--;
    assert.ok(request.url.endsWith(":predict"));
    return Response.json({
      predictions: [{ embeddings: { values: [Number(content)], statistics: { token_count: 2 } } }],
    });
  });
  const requests = Array.from({ length: 25 }, (_, nth) => ({
    model: "models/gemini-embedding-001",
    content: { parts: [{ text: String(nth) }] },
  }));
  const { bytes, taken } = await embedded(upstream, {
    model: "gemini-embedding-001",
    method: "batchEmbedContents",
    body: { requests },
  });
  const { embeddings, usageMetadata } = parsed(bytes);
  assert.deepEqual(
    embeddings.map(({ values: [value] }: { values: number[] }) => value),
    requests.map((_, nth) => nth),
  );
  assert.deepEqual(usageMetadata, { promptTokenCount: 50 });
  assert.equal(taken, 1);
  assert.equal(most, MOST_AT_ONCE);
});

Deno.test("A batch fails as a whole with the first failure, and sends no more", async () => {
  const isOver = Promise.withResolvers<void>();
  await using upstream = startTestUpstream(async (request, index) => {
    if (index !== 2) {
      await isOver.promise;
      return answer(request);
    }
    const error = { code: 429, message: "Spent", status: "RESOURCE_EXHAUSTED" };
    return Response.json({ error }, { status: 429 });
  });
  const requests = Array.from({ length: 100 }, () => ({ content: { parts: [{ text: "a" }] } }));
  const options = { method: "batchEmbedContents", body: { requests } } as const;
  const fault = await faultOf(embedded(upstream, { ...options, model: "text-embedding-005" }));
  assert.deepEqual([fault.scope, fault.rpc.code], ["account-model", 429]);
  isOver.resolve();
  assert.ok(upstream.seen.length <= 2 * MOST_AT_ONCE, `${upstream.seen.length} requests were sent`);
});

/** Requests of a batch that any account takes. */
function texts(count: number): readonly unknown[] {
  return Array.from({ length: count }, () => ({ content: { parts: [{ text: "a" }] } }));
}

/** Requests that no account would take, and what is said of them. */
const REFUSED: readonly (readonly [ModelMethod, unknown, RegExp])[] = [
  ["batchEmbedContents", {}, /requests is not specified/],
  ["batchEmbedContents", { requests: [] }, /requests is not specified/],
  ["batchEmbedContents", { requests: [1] }, /not an object/],
  ["batchEmbedContents", { requests: [...texts(3), null] }, /not an object/],
  ["batchEmbedContents", { requests: [...texts(20), { content: "a" }] }, /not an object/],
  [
    "batchEmbedContents",
    {
      requests: [...texts(20), {
        content: {
          parts: [{ text: "a" }, { inlineData: { mimeType: "image/png", data: "AA==" } }],
        },
      }],
    },
    /embeds text only/,
  ],
  ["batchEmbedContents", { requests: [...texts(3), { taskType: 99 }] }, /no task type/],
  ["embedContent", {}, /content is not specified/],
  ["embedContent", { content: [{ parts: [{ text: "a" }] }] }, /not an object with parts/],
  ["embedContent", { content: { parts: "a" } }, /embeds text only/],
  [
    "batchEmbedContents",
    { requests: Array.from({ length: 101 }, () => ({})) },
    /at most 100 requests/,
  ],
  [
    "embedContent",
    { content: { parts: [{ inlineData: { mimeType: "image/png", data: "AA==" } }] } },
    /embeds text only/,
  ],
];

Deno.test("What Vertex AI can't embed is refused before anything is sent", async () => {
  await using upstream = startTestUpstream(answer);
  for (const [method, body, why] of REFUSED) {
    const fault = await faultOf(embedded(upstream, { model: "text-embedding-005", method, body }));
    assert.deepEqual([fault.scope, fault.rpc.code], ["request", 400]);
    assert.match(fault.message, why);
  }
  assert.deepEqual(upstream.seen, []);
});

Deno.test("The number of a task type that the Gemini API does not have is refused, as Vertex AI has others", async () => {
  await using upstream = startTestUpstream(answer);
  for (const model of ["gemini-embedding-001", "gemini-embedding-2"]) {
    for (const taskType of [9, -1, 1.5, 4_294_967_296]) {
      const body = { content: { parts: [{ text: "a" }] }, taskType };
      const fault = await faultOf(embedded(upstream, { model, method: "embedContent", body }));
      assert.deepEqual([fault.scope, fault.rpc.code], ["request", 400]);
      assert.match(fault.message, new RegExp(`no task type has the number "${taskType}"`));
    }
  }
  assert.deepEqual(upstream.seen, []);
});

/** Responses without a vector, by the model that is asked. */
const WITHOUT_VECTOR: Readonly<Record<string, readonly string[]>> = {
  "text-embedding-005": ["{}", '{"predictions":[]}', '{"predictions":[{"embeddings":{}}]}'],
  "gemini-embedding-2": ["{}", '{"embedding":{}}', '{"embedding":{"values":null}}'],
};

Deno.test("A response without a vector is a transient fault", async () => {
  for (const [model, bodies] of Object.entries(WITHOUT_VECTOR)) {
    for (const response of bodies) {
      await using upstream = startTestUpstream(() => new Response(response));
      const body = { content: { parts: [{ text: "a" }] } };
      const fault = await faultOf(embedded(upstream, { model, method: "embedContent", body }));
      assert.equal(fault.scope, "transient");
      assert.match(fault.message, /embedding/);
    }
  }
});

Deno.test("A batch whose vectors are endless is given up, and no account is asked again", async () => {
  const values = new Uint8Array(8 * 1024 * 1024).fill(0x20);
  await using upstream = startTestUpstream(() =>
    new Response(
      new Blob(['{"predictions":[{"embeddings":{"values":[', values, "0.5]}}]}"]),
    )
  );
  const options = { method: "batchEmbedContents", body: { requests: texts(100) } } as const;
  const fault = await faultOf(embedded(upstream, { ...options, model: "text-embedding-005" }));
  assert.match(fault.message, /more than 64 MiB of embeddings/);
  assert.ok(fault.isFinal);
  assert.ok(upstream.seen.length <= 24, `${upstream.seen.length} requests were sent`);
});
