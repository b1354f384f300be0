/** What SDKs in Vertex mode send, answered by every kind of account. @module */
import assert from "node:assert/strict";
import { ACCOUNT_KINDS } from "../../src/gemini/api/account_kinds.ts";
import { type EmulatedGateway, startEmulatedGateway } from "../support/emulated_gateway.ts";
import { errorOf } from "../support/gemini_call.ts";

const FLASH = "gemini-2.5-flash";
const PLACE = "projects/any-project/locations/us-central1/";
const contents = [{ role: "user", parts: [{ text: "Say something made up" }] }];

/** Calls a method of a model in Vertex AI's form. */
function call(
  gateway: EmulatedGateway,
  method: string,
  { body, model = FLASH, root = `/v1beta1/${PLACE}`, headers = {} }: {
    readonly body: unknown;
    readonly model?: string;
    readonly root?: string;
    readonly headers?: Readonly<Record<string, string>>;
  },
): Promise<Response> {
  return fetch(`${gateway.url}${root}publishers/google/models/${model}:${method}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

async function jsonOf(response: Response) {
  const json = await response.json();
  assert.equal(response.status, 200, JSON.stringify(json));
  return json;
}

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`A ${kind} account answers generate, stream and count in Vertex AI's form`, async () => {
    await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
    const config = {
      systemInstruction: { parts: [{ text: "Be short" }] },
      tools: [{ functionDeclarations: [{ name: "f", description: "finds" }] }],
    };
    for (const root of [`/v1beta1/${PLACE}`, `/v1/${PLACE}`, "/v1beta1/", "/v1/"]) {
      const whole = await jsonOf(
        await call(gateway, "generateContent", { body: { contents, ...config }, root }),
      );
      assert.equal(whole.candidates[0].content.role, "model");
      const stream = await call(gateway, "streamGenerateContent?alt=sse", {
        body: { contents },
        root,
      });
      assert.match(await stream.text(), /^data: \{/);
    }
    const plain = await jsonOf(await call(gateway, "countTokens", { body: { contents } }));
    const all = await jsonOf(
      await call(gateway, "countTokens", { body: { contents, ...config } }),
    );
    assert.ok(all.totalTokens > plain.totalTokens, `${all.totalTokens} > ${plain.totalTokens}`);
    const methods = new Set(gateway.calls.map(({ method }) => method));
    assert.deepEqual([...methods], ["generateContent", "streamGenerateContent", "countTokens"]);
  });
}

for (const kind of ["gemini-api", "vertex"] as const) {
  Deno.test(`A ${kind} account embeds in Vertex AI's form`, async () => {
    const model = "gemini-embedding-2";
    await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
    const embedContentConfig = { taskType: "CLUSTERING", outputDimensionality: 16 };
    const requests = ["a", "b"].map((text) => ({
      content: { role: "user", parts: [{ text }] },
      embedContentConfig,
    }));
    const one = await jsonOf(
      await call(gateway, "embedContent", { model, body: requests[0] }),
    );
    const batch = await jsonOf(
      await call(gateway, "batchEmbedContents", { model, body: { requests } }),
    );
    assert.equal(one.embedding.values.length, 16);
    assert.equal(batch.embeddings.length, 2);
    assert.deepEqual(batch.embeddings[0].values, one.embedding.values);
    // The settings count, as in the Gemini API's own form.
    const own = await fetch(`${gateway.url}/v1beta/models/${model}:embedContent`, {
      method: "POST",
      body: JSON.stringify({ content: requests[0]?.content, ...embedContentConfig }),
    });
    assert.deepEqual((await own.json()).embedding.values, one.embedding.values);
  });
}

Deno.test("Lists of models in Vertex AI's form have publisherModels, with page tokens", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "vertex" },
    settings: { aliases: { "my-model": FLASH } },
  });
  const names: string[] = [];
  let token = "";
  do {
    const query = `pageSize=3&pageToken=${token}`;
    const page = await jsonOf(
      await fetch(`${gateway.url}/v1beta1/publishers/google/models?${query}`),
    );
    assert.equal(page.models, undefined);
    assert.ok(page.publisherModels.length > 0);
    for (const { name, displayName } of page.publisherModels) {
      assert.equal(typeof displayName, "string");
      names.push(name);
    }
    token = page.nextPageToken ?? "";
  } while (token !== "");
  const native = await jsonOf(await fetch(`${gateway.url}/v1beta/models?pageSize=1000`));
  assert.deepEqual(
    names,
    native.models.map(({ name }: { name: string }) => `publishers/google/${name}`),
  );
  for (const root of ["/v1beta1/", `/v1beta1/${PLACE}`, "/v1/", "/"]) {
    // A bearer token at /v1 is the mark of OpenAI's clients, but not in this form.
    const headers = { authorization: "Bearer any" };
    const found = await fetch(`${gateway.url}${root}publishers/google/models/my-model`, {
      headers,
    });
    const model = await jsonOf(found);
    assert.equal(model.name, "publishers/google/models/my-model");
    assert.equal(model.versionId, model.version);
    const list = await jsonOf(
      await fetch(`${gateway.url}${root}publishers/google/models`, { headers }),
    );
    assert.ok(list.publisherModels.length > 1);
  }
});

Deno.test("The gateway's key counts as a bearer token in Vertex AI's form, and no other does", async () => {
  const apiKey = "planted-key-of-the-gateway";
  await using gateway = await startEmulatedGateway({
    settings: { auth: { mode: "strict", apiKey } },
  });
  const body = { contents };
  const cases = [
    [{ authorization: `Bearer ${apiKey}` }, 200],
    [{ authorization: `Bearer ${apiKey}`, "x-goog-user-project": "quota-project" }, 200],
    [{ "x-goog-api-key": apiKey }, 200],
    [{ authorization: "Bearer planted-ya29-token" }, 401],
    [{}, 401],
  ] as const;
  for (const [headers, status] of cases) {
    const response = await call(gateway, "generateContent", { body, headers });
    if (status === 200) await jsonOf(response);
    else assert.equal((await errorOf(response)).status, "UNAUTHENTICATED");
  }
  for (const { headers } of gateway.emulator.requests) {
    assert.notEqual(headers.get("x-goog-api-key"), apiKey);
    assert.equal(headers.get("x-goog-user-project"), null);
  }
});

Deno.test("Aliases, rules and the choice of an account are the same in both forms", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "vertex", three: "code-assist" },
    settings: { aliases: { "my-model": FLASH } },
  });
  const seen = new Set<string | null>();
  for (let nth = 0; nth < 12; nth++) {
    const own = [{ role: "user", parts: [{ text: `Conversation ${nth}` }] }];
    const response = await call(gateway, "generateContent", {
      model: "my-model",
      body: { contents: own },
    });
    assert.equal(response.headers.get("x-pollux-model"), FLASH);
    seen.add(response.headers.get("x-pollux-account"));
    await response.body?.cancel();
  }
  assert.deepEqual([...seen].sort(), ["one", "three", "two"]);
});
