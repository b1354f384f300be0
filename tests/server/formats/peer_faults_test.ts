/** Faults of other gateways that show only with a gateway in between, each as a test. @module */
import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../../src/base/json.ts";
import { ACCOUNT_KINDS } from "../../../src/gemini/api/account_kinds.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { limitedKeys } from "../../support/limited_keys.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { startTestUpstream } from "../../support/test_upstream.ts";

const MODEL = "gemini-2.5-flash";
const MESSAGES = [{ role: "user", content: "hi" }];

/** A call of each kind in each format. */
const CALLS: Readonly<Record<string, JsonObject>> = {
  "/v1/chat/completions": { model: MODEL, messages: MESSAGES },
  "/v1/responses": { model: MODEL, input: "hi" },
  "/v1/messages": { model: MODEL, max_tokens: 9, messages: MESSAGES },
};

const COUNTS: Readonly<Record<string, JsonObject>> = {
  "/v1/messages/count_tokens": { model: MODEL, messages: MESSAGES },
  "/v1/responses/input_tokens": { model: MODEL, input: "hi" },
};

function post(url: string, body: JsonObject, headers: HeadersInit = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

Deno.test("A count of tokens is not billed as a generation, in no format", async (t) => {
  for (const [path, body] of Object.entries(COUNTS)) {
    await t.step(path, async () => {
      await using gateway = await startEmulatedGateway({
        clientKeys: limitedKeys({ a: { limits: { tokensPerDay: 1 } } }),
      });
      const headers = { authorization: "Bearer planted-key-a" };
      for (let i = 0; i < 2; i++) {
        const counted = await post(gateway.url + path, body, headers);
        assert.equal(counted.status, 200, await counted.clone().text());
        assert.ok((await counted.json()).input_tokens > 0);
      }
      const [first] = gateway.calls;
      assert.equal(first?.method, "countTokens");
      assert.equal(first?.usage, undefined);
      const paths = gateway.emulator.requests.filter(({ method }) => method === "POST");
      assert.ok(paths.every(({ path }) => path.endsWith(":countTokens")));
    });
  }
});

Deno.test("The list of models with a Google key is no look-up of a model", async () => {
  await using gateway = await startEmulatedGateway();
  for (
    const [query, headers] of [
      ["", { "x-goog-api-key": "any" }],
      ["?key=any", {}],
      ["?key=any", { authorization: "Bearer any" }],
    ] as const
  ) {
    const response = await fetch(`${gateway.url}/v1/models${query}`, { headers });
    const list: unknown = await response.json();
    assert.equal(response.status, 200);
    assert.ok(isJsonObject(list) && Array.isArray(list.models));
    assert.ok(list.models.every(({ name }) => /^models\/./.test(name)));
  }
  assert.deepEqual([...new Set(gateway.calls.map(({ method }) => method))], ["models.list"]);
});

Deno.test("An error is an object, and in no array, whole and streamed", async (t) => {
  for (const [path, body] of Object.entries(CALLS)) {
    for (const stream of [false, true]) {
      await t.step(`${path}, ${stream ? "streamed" : "whole"}`, async () => {
        await using gateway = await startEmulatedGateway();
        gateway.emulator.always("one", "429-daily");
        const response = await post(gateway.url + path, { ...body, stream });
        assert.equal(response.status, 429);
        const error: unknown = await response.json();
        assert.ok(isJsonObject(error) && isJsonObject(error.error), JSON.stringify(error));
      });
    }
  }
});

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`No header names the e-mail address of an account, in no format: ${kind}`, async () => {
    await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
    for (const [path, body] of Object.entries({ ...CALLS, ...COUNTS })) {
      const streams = path in CALLS ? [false, true] : [undefined];
      for (const stream of streams) {
        const sent = stream === undefined ? body : { ...body, stream };
        const response = await post(gateway.url + path, sent);
        await response.body?.cancel();
        assert.equal(response.status, 200);
        for (const [name, value] of response.headers) {
          assert.doesNotMatch(`${name}: ${value}`, /@|%40|email/i);
        }
      }
    }
  });
}

Deno.test("The native route loses no field that it does not know, either way", async () => {
  const answer =
    '{"candidates":[{"content":{"parts":[{"text":"a","newPart":1}]},"newOne":[1e400],' +
    '"finishReason":"STOP"}],"newTop":{"a":null}}';
  await using upstream = startTestUpstream(() =>
    new Response(answer, { headers: { "content-type": "application/json" } })
  );
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
  });
  const body = '{"contents":[{"parts":[{"text":"a","newPart":1}]}],"newField":{"b":[1e400]}}';
  const response = await fetch(`${gateway.url}/v1beta/models/${MODEL}:generateContent`, {
    method: "POST",
    body,
  });
  assert.equal(await response.text(), answer);
  const seen = upstream.seen.find(({ target }) => target.includes(":generateContent"));
  assert.equal(seen?.body, body);
});
