/** Calls of Google's own endpoint for OpenAI's clients. @module */
import assert from "node:assert/strict";
import { clientKeysOf } from "../../support/client_keys.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { limitedKeys } from "../../support/limited_keys.ts";
import { FILES, startOwnerTestbed } from "../owners/owner_testbed.ts";
import { begun, fileIn, goOn } from "../uploads/upload_calls.ts";

const MODEL = "gemini-2.5-flash";
const BODY = { model: MODEL, messages: [{ role: "user", content: "hello" }], made_up: 1 };
const PASSED = { openai: { passthrough: true } };

function post(
  url: string,
  { path = "/v1beta/openai/chat/completions", body = BODY as object, headers = {} } = {},
): Promise<Response> {
  return fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

Deno.test("With openai.passthrough, Google's endpoint gets the body as it is", async () => {
  await using gateway = await startEmulatedGateway({
    settings: PASSED,
    accounts: { one: "code-assist", two: "gemini-api" },
  });
  const response = await post(gateway.url, {
    headers: { authorization: "Bearer planted-client", "openai-organization": "planted-org" },
  });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("x-pollux-account"), "two");
  assert.equal(
    (await response.json()).choices[0].message.content,
    "Emulated by Google's own endpoint",
  );
  const sent = gateway.emulator.requests.find(({ path }) => path.startsWith("/v1beta/openai"));
  assert.deepEqual(sent?.body, BODY);
  assert.equal(sent?.headers.get("x-goog-api-key"), null);
  assert.doesNotMatch(JSON.stringify([...sent?.headers ?? []]), /planted-(?:client|org)/);
  const call = await gateway.waitForCall();
  assert.equal(call.operation, "openai.chat.completions");
  assert.deepEqual(call.usage && [call.usage.prompt, call.usage.candidates, call.usage.thoughts], [
    5,
    7,
    3,
  ]);
});

Deno.test("A stream is passed on byte by byte, and its usage is counted", async () => {
  await using gateway = await startEmulatedGateway({ settings: PASSED });
  const response = await post(gateway.url, { body: { ...BODY, stream: true } });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const text = await response.text();
  assert.match(text, /^data: \{.*\n\ndata: \{.*\n\ndata: \{.*\n\ndata: \[DONE\]\n\n$/);
  assert.equal((await gateway.waitForCall()).usage?.total, 15);
});

Deno.test("An alias is resolved, and only the model's name changes", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { ...PASSED, aliases: { "gpt-*": MODEL } },
  });
  const response = await post(gateway.url, { body: { ...BODY, model: "gpt-9" } });
  assert.equal(response.headers.get("x-pollux-model"), MODEL);
  assert.equal((await response.json()).model, MODEL);
});

Deno.test("Embeddings and images are passed on as well", async () => {
  await using gateway = await startEmulatedGateway({ settings: PASSED });
  const embeddings = await post(gateway.url, {
    path: "/v1beta/openai/embeddings",
    body: { model: "gemini-embedding-001", input: ["a", "b"] },
  });
  assert.equal((await embeddings.json()).data.length, 2);
  const images = await post(gateway.url, {
    path: "/v1beta/openai/images/generations",
    body: { model: MODEL, prompt: "a cat" },
  });
  assert.equal((await images.json()).data.length, 1);
});

Deno.test("An error of Google's is taken out of its array, after other accounts were tried", async () => {
  await using gateway = await startEmulatedGateway({
    settings: PASSED,
    accounts: { one: "gemini-api", two: "gemini-api" },
  });
  for (const name of ["one", "two"]) {
    gateway.emulator.always(name, "429-daily", { method: "openai.chat.completions" });
  }
  for (const stream of [false, true]) {
    const refused = await post(gateway.url, { body: { ...BODY, stream } });
    const { error, ...rest } = await refused.json();
    assert.equal(refused.status, 429);
    assert.deepEqual(rest, {});
    assert.equal(error.type, "insufficient_quota");
  }
  const accounts = gateway.calls[0]?.failedTries.map(({ account }) => account).toSorted();
  assert.deepEqual(accounts, ["one", "two"]);
});

Deno.test("A model that Google does not know is 404 in OpenAI's form", async () => {
  await using gateway = await startEmulatedGateway({ settings: PASSED });
  const unknown = await post(gateway.url, { body: { ...BODY, model: "unknown" } });
  assert.equal(unknown.status, 404);
  assert.equal((await unknown.json()).error.code, "model_not_found");
});

Deno.test("What cannot be passed on is translated", async (t) => {
  const cases = {
    "without the setting": { settings: {} },
    "without an account of the Gemini API": {
      settings: PASSED,
      accounts: { one: "vertex" as const },
    },
    "for a key with a limit of tokens": {
      settings: PASSED,
      clientKeys: limitedKeys({ a: { limits: { tokensPerDay: 1_000_000 } } }),
    },
    "for a key that may use other accounts only": {
      settings: PASSED,
      accounts: { one: "gemini-api" as const, two: "vertex" as const },
      clientKeys: limitedKeys({ a: { accounts: ["two"] } }),
    },
    "at another base": { settings: PASSED, path: "/v1/chat/completions" },
  };
  for (
    const [name, { path = "/v1beta/openai/chat/completions", ...options }] of Object.entries<
      Parameters<typeof startEmulatedGateway>[0] & { readonly path?: string }
    >(cases)
  ) {
    await t.step(name, async () => {
      await using gateway = await startEmulatedGateway(options);
      const { made_up: _, ...body } = BODY;
      const headers = { authorization: "Bearer planted-key-a" };
      const response = await post(gateway.url, { path, body, headers });
      assert.equal(response.status, 200, await response.clone().text());
      await response.body?.cancel();
      assert.equal((await gateway.waitForCall()).operation, "openai.chat");
      const paths = gateway.emulator.requests.map((request) => request.path);
      assert.ok(!paths.some((path) => path.includes("openai")), paths.join());
    });
  }
});

Deno.test("No other path leads to Google's endpoint", async () => {
  await using gateway = await startEmulatedGateway({ settings: PASSED });
  for (const path of ["/v1beta/openai/files", "/v1/openai/chat/completions"]) {
    const response = await post(gateway.url, { path });
    assert.equal(response.status, 404, path);
    await response.body?.cancel();
  }
  const posts = gateway.emulator.requests.filter(({ method }) => method === "POST");
  assert.deepEqual(posts, []);
});

Deno.test("Files and caches in a passed body are their owner's", async (t) => {
  const clientKeys = clientKeysOf(
    new Map([["planted-client-a", "a"], ["planted-client-b", "b"]]),
  );
  await using bed = await startOwnerTestbed({ clientKeys, settings: PASSED });
  const a = { authorization: "Bearer planted-client-a" };
  const b = { authorization: "Bearer planted-client-b" };
  const file = await fileIn(
    await goOn(await begun(bed.url, a), "upload, finalize", { body: "text" }),
  );
  const made = await post(bed.url, {
    path: "/v1beta/cachedContents",
    headers: a,
    body: { model: `models/${MODEL}`, contents: [{ parts: [{ text: "word ".repeat(5000) }] }] },
  });
  const cache = (await made.json()).name;
  const image = (url: unknown) => ({
    messages: [{ role: "user", content: [{ type: "image_url", image_url: url }] }],
  });
  const bodies = {
    extra_body: { extra_body: { google: { cached_content: cache } } },
    google: { google: { cachedContent: cache } },
    file_id: { messages: [{ role: "user", content: [{ type: "file", file: { file_id: file } }] }] },
    image_url: image({ url: FILES + file.slice("files/".length) }),
    "image_url as a text": image(FILES + file.slice("files/".length)),
  };
  for (const [name, changes] of Object.entries(bodies)) {
    await t.step(name, async () => {
      const asked = bed.emulator.requests.length;
      const body = { ...BODY, ...changes };
      const refused = await post(bed.url, { headers: b, body });
      assert.equal(refused.status, 403, await refused.text());
      assert.equal(bed.emulator.requests.length, asked);
      const accounts = new Set<string | null>();
      for (let nth = 0; nth < 3; nth++) {
        const served = await post(bed.url, { headers: a, body });
        assert.equal(served.status, 200, await served.text());
        accounts.add(served.headers.get("x-pollux-account"));
      }
      assert.equal(accounts.size, 1);
    });
  }
  await t.step("data", async () => {
    const data = `data:image/png;base64,${"A".repeat(10_000)}`;
    for (const url of [{ url: data }, data]) {
      const served = await post(bed.url, { headers: b, body: { ...BODY, ...image(url) } });
      assert.equal(served.status, 200, await served.text());
    }
  });
});
