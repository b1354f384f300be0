import assert from "node:assert/strict";
import { type Outcome, startEmulator } from "../../../src/emulator/emulator.ts";
import { accessToken, callWithKey, eventsOf, HELLO } from "../calls.ts";
import { bearer, callVertex, PLACE, serviceAccountToken } from "../vertex_calls.ts";

const UNKNOWN = "Invalid JSON payload received. Unknown name";

/** An emulator with one service account, and the header of its token. */
async function place() {
  const emulator = await startEmulator();
  const headers = bearer(await serviceAccountToken(emulator.addServiceAccount("a")));
  return { emulator, headers, [Symbol.asyncDispose]: () => emulator.close() };
}

Deno.test("aiplatform answers under v1 and v1beta1, in every kind of location, and nowhere else", async () => {
  await using at = await place();
  const { emulator, headers } = at;
  const project = "projects/emulated-project-1/locations";
  const cases = [
    ["v1", PLACE, 200],
    ["v1beta1", `${project}/global/`, 200],
    ["v1beta1", `${project}/eu/`, 200],
    ["v1beta", PLACE, 404],
    ["v1beta1", `${project}/nowhere/`, 404],
    ["v1beta1", `${project}/us-central1-a/`, 404],
  ] as const;
  for (const [version, place, status] of cases) {
    const response = await callVertex(emulator, { headers, version, place });
    await response.body?.cancel();
    assert.equal(response.status, status, `${version}/${place}`);
  }
});

Deno.test("aiplatform's answers differ from generativelanguage's as Vertex AI's do", async () => {
  await using at = await place();
  const { emulator, headers } = at;
  const answer = await (await callVertex(emulator, { headers })).json();
  const [candidate] = answer.candidates;
  assert.equal("index" in candidate, false);
  assert.deepEqual(Object.keys(candidate.content), ["role", "parts"]);
  assert.equal(typeof candidate.avgLogprobs, "number");
  assert.match(answer.createTime, /^\d{4}-\d\d-\d\dT/);
  assert.equal(answer.usageMetadata.trafficType, "ON_DEMAND");
  assert.ok(answer.usageMetadata.candidatesTokensDetails[0].tokenCount > 0);
  assert.equal(answer.modelVersion, "gemini-2.5-flash");
  const body = { contents: [{ role: "user", parts: [{ text: "BLOCK_ME" }] }] };
  const blocked = await (await callVertex(emulator, { headers, body })).json();
  assert.match(blocked.promptFeedback.blockReasonMessage, /blocked/);
  const query = "?alt=sse";
  const method = "streamGenerateContent";
  const stream = await (await callVertex(emulator, { headers, method, query })).text();
  const events = eventsOf(stream);
  assert.ok(events.length > 1);
  for (const { createTime } of events) assert.ok(createTime);
});

Deno.test("aiplatform's countTokens counts what stands at the top", async () => {
  await using at = await place();
  const { emulator, headers } = at;
  const method = "countTokens";
  const few = await (await callVertex(emulator, { headers, method })).json();
  assert.deepEqual(few, {
    totalTokens: 2,
    totalBillableCharacters: 5,
    promptTokensDetails: [{ modality: "TEXT", tokenCount: 2 }],
  });
  const body = {
    ...HELLO,
    model: `${PLACE}publishers/google/models/gemini-2.5-flash`,
    systemInstruction: { parts: [{ text: "Be brief" }] },
    tools: [{ functionDeclarations: [{ name: "f" }] }],
    generationConfig: { seed: 1 },
  };
  const more = await (await callVertex(emulator, { headers, method, body })).json();
  assert.ok(more.totalTokens > few.totalTokens);
});

Deno.test("aiplatform lists Google's models by pages, under v1beta1 only", async () => {
  await using at = await place();
  const { emulator, headers } = at;
  const list = (path: string) => fetch(`${emulator.url}/${path}`, { headers });
  const names: string[] = [];
  let pageToken = "";
  do {
    const query = `pageSize=5&pageToken=${pageToken}`;
    const page = await (await list(`v1beta1/publishers/google/models?${query}`)).json();
    assert.ok(page.publisherModels.length <= 5);
    names.push(...page.publisherModels.map(({ name }: { name: string }) => name));
    pageToken = page.nextPageToken ?? "";
  } while (pageToken !== "");
  assert.ok(names.includes("publishers/google/models/gemini-2.5-pro"));
  assert.equal(new Set(names).size, names.length);
  const other = await list("v1/publishers/google/models");
  assert.equal(other.status, 404);
  await other.body?.cancel();
});

Deno.test("aiplatform refuses bodies that Vertex AI refuses", async (t) => {
  await using at = await place();
  const { emulator, headers } = at;
  const cases: readonly (readonly [name: string, method: string, body: unknown, says: string])[] = [
    ["an unknown field", "generateContent", { ...HELLO, foo: 1 }, `${UNKNOWN} "foo"`],
    ["a model", "generateContent", { ...HELLO, model: "x" }, `${UNKNOWN} "model"`],
    [
      "Code Assist's session",
      "generateContent",
      { ...HELLO, sessionId: "s" },
      `${UNKNOWN} "sessionId"`,
    ],
    [
      "a field of generativelanguage only",
      "generateContent",
      { ...HELLO, tools: [{ fileSearch: {} }] },
      `${UNKNOWN} "fileSearch" at 'tools[0]'`,
    ],
    [
      "contents without a role",
      "generateContent",
      { contents: [{ parts: [{ text: "a" }] }] },
      "Please use a valid role: user, model.",
    ],
    [
      "the role of a function",
      "countTokens",
      { contents: [{ role: "function", parts: [{ text: "a" }] }] },
      "Please use a valid role: user, model.",
    ],
    [
      "generateContentRequest",
      "countTokens",
      { generateContentRequest: HELLO },
      `${UNKNOWN} "generateContentRequest"`,
    ],
    [
      "a model that is no resource name",
      "countTokens",
      { ...HELLO, model: "models/gemini-2.5-flash" },
      "Invalid resource name: models/gemini-2.5-flash",
    ],
    ["settings of safety", "countTokens", { ...HELLO, safetySettings: [] }, `${UNKNOWN} "safety`],
  ];
  for (const [name, method, body, says] of cases) {
    await t.step(name, async () => {
      const response = await callVertex(emulator, { headers, method, body });
      assert.equal(response.status, 400);
      const { error } = await response.json();
      assert.ok(error.message.startsWith(says), error.message);
    });
  }
  await t.step("but takes what only Vertex AI has", async () => {
    const body = {
      ...HELLO,
      labels: { team: "a" },
      modelArmorConfig: { promptTemplateName: "x" },
      generationConfig: { audioTimestamp: true },
      tools: [{ retrieval: {} }],
    };
    const response = await callVertex(emulator, { headers, body });
    assert.equal(response.status, 200, await response.text());
  });
});

Deno.test("aiplatform lets in tokens for their own project, and express keys where no project is named", async (t) => {
  await using at = await place();
  const { emulator, headers } = at;
  const express = { "x-goog-api-key": emulator.addExpressKey("express") };
  const studio = { "x-goog-api-key": emulator.addApiKey("studio") };
  const user = bearer(await accessToken(emulator.addUser("user", { project: "p-1" })));
  const other = "projects/other/locations/global/";
  const denied = "Permission 'aiplatform.endpoints.predict' denied on resource " +
    "'//aiplatform.googleapis.com/";
  const cases: readonly (readonly [
    name: string,
    options: Parameters<typeof callVertex>[1],
    status: number,
    says: string,
  ])[] = [
    ["a user's token", { headers: user, place: "projects/p-1/locations/us/" }, 200, ""],
    ["an express key", { headers: express, place: "" }, 200, ""],
    ["no credential", { headers: {} }, 401, "CREDENTIALS_MISSING"],
    ["no credential, no project", { headers: {}, place: "" }, 401, "CREDENTIALS_MISSING"],
    ["a key for a project", { headers: express }, 401, "API keys are not supported by this API"],
    ["a key of generativelanguage", { headers: studio, place: "" }, 400, '"service": "aiplatform'],
    ["a bad token", { headers: bearer("no") }, 401, "ACCESS_TOKEN_EXPIRED"],
    ["both", { headers: { ...express, ...headers } }, 400, "Multiple authentication credentials"],
    ["another's project", { headers, place: other }, 403, `${denied}${other}publishers/google/`],
    ["a token without a project", { headers, place: "" }, 403, `${denied}publishers/google/`],
  ];
  for (const [name, options, status, says] of cases) {
    await t.step(name, async () => {
      const response = await callVertex(emulator, options);
      const text = await response.text();
      assert.equal(response.status, status, text);
      assert.ok(text.includes(says), text);
    });
  }
  await t.step("an express key on generativelanguage", async () => {
    const response = await callWithKey(emulator, express["x-goog-api-key"]);
    assert.match(await response.text(), /API_KEY_INVALID/);
  });
});

Deno.test("aiplatform says of an unknown model what Vertex AI says", async () => {
  await using at = await place();
  const { emulator, headers } = at;
  const cases = [["google", "no-such"], ["meta", "gemini-2.5-flash"]] as const;
  for (const [publisher, model] of cases) {
    const response = await callVertex(emulator, { headers, publisher, model });
    assert.equal(response.status, 404);
    const { error } = await response.json();
    assert.equal(
      error.message,
      `Publisher Model \`${PLACE}publishers/${publisher}/models/${model}\` was not found or your ` +
        "project does not have access to it. Please ensure you are using a valid model version. For " +
        "more information, see: " +
        "https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions",
    );
  }
});

Deno.test("script() makes Vertex AI's errors come in its own words", async (t) => {
  await using at = await place();
  const { emulator, headers } = at;
  const cases: readonly (readonly [Outcome, number, RegExp])[] = [
    ["429-bare", 429, /^Resource exhausted\. Please try again later\. .*error-code-429/],
    [{ type: "429-short", delayMs: 1500 }, 429, /^Quota exceeded for aiplatform\.googleapis\.com/],
    ["404", 404, /^Publisher Model `projects\/emulated-project-1\/locations\/us-central1\/publish/],
    ["403-disabled", 403, /^Vertex AI API has not been used in project emulated-project-1/],
    ["500", 500, /^Internal error encountered\.$/],
    ["401-expired", 401, /^Request had invalid authentication credentials/],
  ];
  for (const [outcome, status, words] of cases) {
    await t.step(JSON.stringify(outcome), async () => {
      emulator.script("a", [outcome]);
      const response = await callVertex(emulator, { headers });
      assert.equal(response.status, status);
      const { error } = await response.json();
      assert.match(error.message, words);
      if (outcome === "429-bare") assert.equal(error.details, undefined);
    });
  }
});
