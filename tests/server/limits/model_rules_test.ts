/** Which models a key may use, wherever a request names one. @module */
import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { limitedKeys, withKey } from "../../support/limited_keys.ts";

const ALIASES = { mine: "gemini-2.5-pro", quick: "gemini-2.5-flash" };

const CONTENTS = { contents: [{ parts: [{ text: "Hi" }] }] };

/** Requests that name a model, in all the places where one may stand. */
function requestsWith(model: string): readonly (readonly [path: string, body: unknown])[] {
  const inlined = { requests: { requests: [{ request: { ...CONTENTS, model } }] } };
  const flash = "models/gemini-2.5-flash";
  return [
    [`models/${model}:generateContent`, CONTENTS],
    [`models/${model}:streamGenerateContent`, CONTENTS],
    [`models/models/${model}%3AgenerateContent`, CONTENTS],
    [`models/${model}:countTokens`, CONTENTS],
    [`models/${model}:embedContent`, { content: CONTENTS.contents[0] }],
    [`models/${model}:batchGenerateContent`, { batch: { inputConfig: inlined } }],
    [`${flash}:generateContent`, { ...CONTENTS, model: `models/${model}` }],
    [`${flash}:countTokens`, { generateContentRequest: { ...CONTENTS, model } }],
    [`${flash}:countTokens`, { generate_content_request: { ...CONTENTS, model } }],
    [`${flash}:batchEmbedContents`, {
      requests: [{ model: flash, content: {} }, { model: `models/${model}`, content: {} }],
    }],
    [`${flash}:batchGenerateContent`, { batch: { inputConfig: inlined } }],
    [`${flash}:batchGenerateContent`, { batch: { input_config: inlined } }],
    [`${flash}:batchGenerateContent`, { batch: { model: `models/${model}` } }],
    ["cachedContents", { ...CONTENTS, model: `models/${model}` }],
    ["interactions", { model, input: "Hi" }],
    ["interactions", { agent: model, input: "Hi" }],
    ["agents", { base_agent: model }],
    ["triggers", { interaction: { model, input: "Hi" } }],
    ["auth_tokens", { bidiGenerateContentSetup: { model: `models/${model}` } }],
    ["tunedModels", { baseModel: `models/${model}` }],
    ["fileSearchStores", { embeddingModel: `models/${model}` }],
  ];
}

Deno.test("A key's rules for models hold after aliasing, wherever the model stands", async (t) => {
  await using gateway = await startEmulatedGateway({
    settings: { aliases: ALIASES },
    clientKeys: limitedKeys({
      allowed: { allow: ["gemini-2.5-flash*", "*-embedding-*"] },
      denied: { deny: ["*-PRO"] },
    }),
  });
  const { emulator, url } = gateway;
  for (const name of ["allowed", "denied"]) {
    for (const model of ["gemini-2.5-pro", "mine"]) {
      for (const [path, body] of requestsWith(model)) {
        // An agent's name is no alias.
        if (model === "mine" && JSON.stringify(body).includes("agent")) continue;
        await t.step(`${name}: ${path} ${JSON.stringify(body)}`.slice(0, 120), async () => {
          const asked = emulator.requests.length;
          const response = await fetch(`${url}/v1beta/${path}`, {
            method: "POST",
            body: JSON.stringify(body),
            headers: withKey(name),
          });
          const { error } = await response.json();
          assert.equal(response.status, 403, JSON.stringify(error));
          assert.match(
            error.message,
            name === "denied"
              ? /^The key "denied" may not use the model "gemini-2.5-pro": it is denied "\*-PRO"$/
              : /^The key "allowed" may not use the model "gemini-2.5-pro": it is allowed only "gemini-2.5-flash\*", /,
          );
          assert.equal(emulator.requests.length, asked);
        });
      }
    }
  }
  for (const [path, body] of requestsWith("quick").slice(0, 4)) {
    const response = await fetch(`${url}/v1beta/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: withKey("allowed"),
    });
    await response.body?.cancel();
    assert.equal(response.status, 200, path);
  }
});

Deno.test("A model that a body names twice is refused, whichever counts", async () => {
  await using gateway = await startEmulatedGateway({
    clientKeys: limitedKeys({ anna: { deny: ["*-pro"] } }),
  });
  for (const [one, other] of [["pro", "flash"], ["flash", "pro"]]) {
    const response = await fetch(`${gateway.url}/v1beta/cachedContents`, {
      method: "POST",
      body: `{"model":"models/gemini-2.5-${one}","model":"models/gemini-2.5-${other}"}`,
      headers: withKey("anna"),
    });
    await response.body?.cancel();
    assert.equal(response.status, 403);
  }
});

Deno.test("A key sees the models that it may use, and their aliases", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { aliases: ALIASES },
    clientKeys: limitedKeys({ anna: { allow: ["*-pro"] } }),
  });
  const ask = async (path: string) => {
    const response = await fetch(`${gateway.url}/v1beta/${path}`, { headers: withKey("anna") });
    return { status: response.status, json: await response.json() };
  };
  const { json } = await ask("models?pageSize=1000");
  const names: string[] = json.models.map(({ name }: { name: string }) => name);
  assert.ok(names.includes("models/gemini-2.5-pro") && names.includes("models/mine"));
  assert.ok(names.every((name) => name.endsWith("-pro") || name === "models/mine"), String(names));
  assert.equal((await ask("models/gemini-2.5-pro")).status, 200);
  assert.equal((await ask("models/mine")).status, 200);
  assert.equal((await ask("models/gemini-2.5-flash")).status, 404);
  assert.equal((await ask("models/quick")).status, 404);
});

Deno.test("A line of a batch's file cannot use a model that the key may not use", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { aliases: ALIASES },
    clientKeys: limitedKeys({ anna: { deny: ["*-pro"] } }),
  });
  const { emulator, url } = gateway;
  async function ask(path: string, body?: BodyInit, headers: HeadersInit = {}): Promise<string> {
    const response = await fetch(url + path, {
      ...(body === undefined ? {} : { method: "POST", body }),
      headers: { ...withKey("anna"), ...headers },
    });
    assert.equal(response.status, 200);
    return await response.text();
  }
  const models = [undefined, "models/gemini-2.5-flash", "models/gemini-2.5-pro", "models/mine"];
  const lines = models.map((model, nth) =>
    JSON.stringify({ key: String(nth), request: { ...CONTENTS, model } })
  );
  const { file } = JSON.parse(
    await ask("/upload/v1beta/files?uploadType=media", lines.join("\n"), {
      "x-goog-upload-protocol": "raw",
      "content-type": "application/jsonl",
    }),
  );
  const batch = { inputConfig: { fileName: file.name } };
  const made = await ask(
    "/v1beta/models/gemini-2.5-flash:batchGenerateContent",
    JSON.stringify({ batch }),
  );
  const { name } = JSON.parse(made);
  emulator.batches(emulator.projectOf("one")).end(name, "SUCCEEDED");
  const { response: { responsesFile } } = JSON.parse(await ask(`/v1beta/${name}`));
  const results = await ask(`/download/v1beta/${responsesFile}:download?alt=media`);
  // Google runs a batch with the model of its path, and refuses or ignores any other.
  const used = results.trim().split("\n").map((line) => JSON.parse(line).response?.modelVersion);
  assert.deepEqual(used, ["gemini-2.5-flash", "gemini-2.5-flash", undefined, undefined]);
});

Deno.test("A name that leads to another model's path is refused", async () => {
  await using gateway = await startEmulatedGateway({
    clientKeys: limitedKeys({
      allowed: { allow: ["gemini-2.5-flash*"] },
      denied: { deny: ["*-pro"] },
    }),
  });
  const model = "gemini-2.5-flash/../gemini-2.5-pro";
  const names = [
    model,
    `${model}/.`,
    "models/../tunedModels/x",
    "a\\..\\b",
    "a/..",
    "..",
    "a\n",
    "a\ud83d",
  ];
  const messages = [{ role: "user", content: "Hi" }];
  for (const name of names) {
    for (
      const [path, body] of [
        ["chat/completions", { messages }],
        ["responses", { input: "Hi" }],
        ["responses/input_tokens", { input: "Hi" }],
        ["messages", { max_tokens: 9, messages }],
        ["messages/count_tokens", { messages }],
        ["completions", { prompt: "Hi" }],
        ["embeddings", { input: "Hi" }],
        ["images/generations", { prompt: "Hi" }],
        ["audio/speech", { input: "Hi", voice: "alloy" }],
      ] as const
    ) {
      for (const key of ["allowed", "denied"]) {
        const response = await fetch(`${gateway.url}/v1/${path}`, {
          method: "POST",
          body: JSON.stringify({ model: name, ...body }),
          headers: withKey(key),
        });
        assert.equal(response.status, 400, `${path} ${name}: ${await response.text()}`);
      }
    }
  }
  assert.deepEqual(gateway.emulator.requests, []);
});
