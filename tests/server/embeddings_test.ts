/** Embeddings through the gateway: every kind of account, and what clients are told where none can. @module */
import assert from "node:assert/strict";
import { type EmulatedGateway, startEmulatedGateway } from "../support/emulated_gateway.ts";
import { errorOf } from "../support/gemini_call.ts";

const TEXT_MODEL = "gemini-embedding-001";
const MEDIA_MODEL = "gemini-embedding-2";

interface Embeddings {
  readonly embedding?: { readonly values: readonly number[] };
  readonly embeddings?: readonly { readonly values: readonly number[] }[];
}

function post(gateway: EmulatedGateway, path: string, body: unknown): Promise<Response> {
  return fetch(`${gateway.url}/v1beta/models/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

function contentOf(text: string) {
  return { parts: [{ text }] };
}

async function vectorOf(gateway: EmulatedGateway, model: string, body: unknown) {
  const response = await post(gateway, `${model}:embedContent`, body);
  const json: Embeddings = await response.json();
  assert.equal(response.status, 200, JSON.stringify(json));
  return json.embedding?.values ?? [];
}

for (const kind of ["gemini-api", "vertex"] as const) {
  for (const model of [TEXT_MODEL, MEDIA_MODEL]) {
    Deno.test(`A ${kind} account embeds with ${model}: one content, a batch in order, and dimensions`, async () => {
      await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
      const texts = ["first", "second", "third"];
      const vectors: (readonly number[])[] = [];
      for (const text of texts) {
        vectors.push(
          await vectorOf(gateway, model, { content: contentOf(text), outputDimensionality: 16 }),
        );
      }
      assert.deepEqual(vectors.map(({ length }) => length), [16, 16, 16]);
      const response = await post(gateway, `${model}:batchEmbedContents`, {
        requests: texts.map((text) => ({
          model: `models/${model}`,
          content: contentOf(text),
          outputDimensionality: 16,
        })),
      });
      const { embeddings }: Embeddings = await response.json();
      assert.deepEqual(embeddings?.map(({ values }) => values), vectors);
      assert.equal(response.headers.get("x-pollux-account"), "one");
      assert.equal(response.headers.get("x-pollux-attempts"), "1");
      assert.deepEqual(gateway.calls.map(({ method }) => method), [
        "embedContent",
        "embedContent",
        "embedContent",
        "batchEmbedContents",
      ]);
    });
  }

  Deno.test(`A ${kind} account takes task types by name and by number, and they make a difference`, async () => {
    await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
    const body = { content: contentOf("a text"), outputDimensionality: 8 };
    const plain = await vectorOf(gateway, TEXT_MODEL, body);
    const byName = await vectorOf(gateway, TEXT_MODEL, { ...body, taskType: "CLUSTERING" });
    const byNumber = await vectorOf(gateway, TEXT_MODEL, { ...body, taskType: 5 });
    assert.deepEqual(byNumber, byName);
    assert.notDeepEqual(byName, plain);
  });
}

Deno.test("An alias holds for the requests of a batch, too", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { aliases: { "my-embedding": TEXT_MODEL } },
  });
  const response = await post(gateway, "my-embedding:batchEmbedContents", {
    requests: [{ model: "models/my-embedding", content: contentOf("a") }],
  });
  const { embeddings }: Embeddings = await response.json();
  assert.equal(embeddings?.length, 1);
});

Deno.test("A batch moves whole to another account when one fails in the middle of it", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "vertex", two: "vertex" },
  });
  gateway.emulator.script("one", ["ok", "ok", "500"]);
  const requests = ["a", "b", "c", "d"].map((text) => ({ content: contentOf(text) }));
  const response = await post(gateway, `${TEXT_MODEL}:batchEmbedContents`, { requests });
  const { embeddings }: Embeddings = await response.json();
  assert.equal(response.status, 200);
  assert.equal(embeddings?.length, 4);
  const [record] = gateway.calls;
  assert.deepEqual(record?.failedTries.map(({ account }) => account), [
    ...(record?.account === "two" ? ["one"] : []),
  ]);
});

Deno.test("A model that cannot embed is asked for its turns by every account as before", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "gemini-api" },
  });
  const refused = await post(gateway, "gemini-2.5-flash:embedContent", { content: contentOf("a") });
  await refused.body?.cancel();
  assert.equal(refused.status, 404);
  const accounts = new Set<string | null>();
  for (let call = 0; call < 4; call++) {
    const response = await post(gateway, "gemini-2.5-flash:generateContent", {
      contents: [contentOf(`question ${call} of its own`)],
    });
    await response.body?.cancel();
    accounts.add(response.headers.get("x-pollux-account"));
  }
  assert.equal(accounts.size, 2);
});

Deno.test("The tokens of embeddings are in the record", async () => {
  await using gateway = await startEmulatedGateway({ accounts: { one: "vertex" } });
  await vectorOf(gateway, TEXT_MODEL, { content: contentOf("some words to count") });
  const usage = gateway.calls[0]?.usage;
  assert.ok(usage !== undefined && usage.prompt > 0, JSON.stringify(usage));
});

Deno.test("Embeddings go to accounts whose kind serves them, and to no other, whatever the priority", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { codeAssist: "code-assist", geminiApi: "gemini-api" },
  });
  for (let count = 0; count < 3; count++) {
    const body = { content: contentOf("some words") };
    const response = await post(gateway, `${TEXT_MODEL}:embedContent`, body);
    await response.body?.cancel();
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("x-pollux-account"), "geminiApi");
  }
  assert.deepEqual(gateway.calls.map(({ method }) => method), Array(3).fill("embedContent"));
});

Deno.test("Embeddings without an account that can serve them are a 400 that names the method and kinds", async () => {
  await using gateway = await startEmulatedGateway({ accounts: { one: "code-assist" } });
  for (const method of ["embedContent", "batchEmbedContents"]) {
    const body = { content: contentOf("some words") };
    const error = await errorOf(await post(gateway, `${TEXT_MODEL}:${method}`, body));
    assert.deepEqual([error.code, error.status], [400, "FAILED_PRECONDITION"]);
    assert.match(error.message, new RegExp(`serve "${method}".* the kind gemini-api or vertex\\.`));
  }
  assert.deepEqual(gateway.calls.map(({ attempts }) => attempts), [0, 0]);
});
