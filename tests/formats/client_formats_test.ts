/** `GET /v1/models` as the clients of three APIs read it. @module */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import assert from "node:assert/strict";
import { isJsonObject } from "../../src/base/json.ts";
import { ANTHROPIC_FORMAT } from "../../src/formats/anthropic/anthropic_format.ts";
import { OPENAI_FORMAT } from "../../src/formats/openai/openai_format.ts";
import { startEmulatedGateway } from "../support/emulated_gateway.ts";

const FLASH = "gemini-2.5-flash";
const NO_QUERY = new URLSearchParams();

Deno.test("OpenAI's client lists the models at /v1, and finds one", async () => {
  await using gateway = await startEmulatedGateway();
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "any" });
  const ids: string[] = [];
  for await (const { id, object } of await client.models.list()) {
    assert.equal(object, "model");
    ids.push(id);
  }
  assert.ok(ids.includes(FLASH), ids.join());
  assert.equal((await client.models.retrieve(FLASH)).id, FLASH);
  await assert.rejects(client.models.retrieve("unknown"), { status: 404 });
});

Deno.test("OpenAI's client lists the models though its base URL lacks the /v1", async () => {
  await using gateway = await startEmulatedGateway();
  const client = new OpenAI({ baseURL: gateway.url, apiKey: "any" });
  const ids = (await client.models.list()).data.map(({ id }) => id);
  assert.ok(ids.includes(FLASH), ids.join());
});

Deno.test("Anthropic's client lists the models, and finds one", async () => {
  await using gateway = await startEmulatedGateway();
  const client = new Anthropic({ baseURL: gateway.url, apiKey: "any" });
  const ids: string[] = [];
  for await (const { id, type } of client.models.list()) {
    assert.equal(type, "model");
    ids.push(id);
  }
  assert.ok(ids.includes(FLASH), ids.join());
  assert.equal((await client.models.retrieve(FLASH)).display_name, FLASH);
});

Deno.test("What is Google's stays Google's, whatever else a client sends", async (t) => {
  await using gateway = await startEmulatedGateway();
  const bearer = { authorization: "Bearer any" };
  const cases: readonly (readonly [path: string, headers: Record<string, string>])[] = [
    ["/v1/models", {}],
    ["/v1/models", { ...bearer, "x-goog-api-client": "google-genai-sdk/3.4.0" }],
    ["/v1/models", { ...bearer, "x-goog-api-key": "any" }],
    ["/v1/models?key=any", bearer],
    ["/v1beta/models", bearer],
    ["/v1beta/models", { "anthropic-version": "2023-06-01" }],
  ];
  for (const [path, headers] of cases) {
    await t.step(`${path} ${Object.keys(headers)}`, async () => {
      const list = await (await fetch(gateway.url + path, { headers })).json();
      assert.ok(list.models.length > 0);
      assert.equal(list.data, undefined);
    });
  }
});

Deno.test("Both lists have every field that their APIs describe", () => {
  const models = [{ name: "models/a", displayName: "A" }, { name: "models/b" }];
  assert.deepEqual(OPENAI_FORMAT.list({ models }, NO_QUERY), {
    object: "list",
    data: ["a", "b"].map((id) => ({ id, object: "model", created: 0, owned_by: "google" })),
  });
  const created_at = "1970-01-01T00:00:00.000Z";
  assert.deepEqual(ANTHROPIC_FORMAT.list({ models }, NO_QUERY), {
    data: [
      { type: "model", id: "a", display_name: "A", created_at },
      { type: "model", id: "b", display_name: "b", created_at },
    ],
    has_more: false,
    first_id: "a",
    last_id: "b",
  });
  assert.deepEqual(ANTHROPIC_FORMAT.list({ models: [] }, NO_QUERY), {
    data: [],
    has_more: false,
    first_id: null,
    last_id: null,
  });
});

Deno.test("Anthropic's list has pages, if a client asks for them", () => {
  const models = ["a", "b", "c", "d"].map((id) => ({ name: `models/${id}` }));
  function page(query: string): unknown {
    const list: unknown = ANTHROPIC_FORMAT.list({ models }, new URLSearchParams(query));
    assert.ok(isJsonObject(list) && Array.isArray(list.data));
    return [list.data.map(({ id }) => id).join(""), list.has_more, list.first_id, list.last_id];
  }
  assert.deepEqual(page(""), ["abcd", false, "a", "d"]);
  assert.deepEqual(page("limit=3"), ["abc", true, "a", "c"]);
  assert.deepEqual(page("limit=3&after_id=c"), ["d", false, "d", "d"]);
  assert.deepEqual(page("after_id=d"), ["", false, null, null]);
  assert.deepEqual(page("limit=2&before_id=d"), ["bc", true, "b", "c"]);
  assert.deepEqual(page("before_id=b"), ["a", false, "a", "a"]);
  // A model may be gone when its page is read.
  assert.deepEqual(page("after_id=x&limit=1"), ["a", true, "a", "a"]);
  for (const limit of ["0", "1001", "x", "-1", "1.5"]) {
    assert.throws(() => page(`limit=${limit}`), /"limit" must be a whole number from 1 to 1000/);
  }
});

Deno.test("The lists show the limits of the models", () => {
  const models = [{ name: "models/a", inputTokenLimit: 5, outputTokenLimit: 6 }];
  assert.deepEqual(OPENAI_FORMAT.list({ models }, NO_QUERY), {
    object: "list",
    data: [{
      id: "a",
      object: "model",
      created: 0,
      owned_by: "google",
      context_window: 5,
      max_output_tokens: 6,
    }],
  });
});

Deno.test("The bases of one API have its list, whatever the headers", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { aliases: { "claude-opus-9": FLASH, "claude-*": FLASH } },
  });
  for (const base of ["/openai/v1", "/openai", "/v1beta/openai", "/anthropic/v1", "/anthropic"]) {
    const response = await fetch(`${gateway.url}${base}/models`);
    assert.equal(response.status, 200, base);
    const isAnthropic = base.startsWith("/anthropic");
    const { data, object } = await response.json();
    assert.equal(object, isAnthropic ? undefined : "list");
    const ids = data.map(({ id }: { id: string }) => id);
    assert.ok(ids.includes(FLASH));
    // Aliases with a wildcard are no models; others are listed, and Claude Code shows them.
    assert.deepEqual(ids.filter((id: string) => id.startsWith("claude")), ["claude-opus-9"]);
    const requestId = response.headers.get("request-id");
    assert.equal(requestId, isAnthropic ? response.headers.get("x-request-id") : null);
    for (const id of [FLASH, `models%2F${FLASH}`, "claude-opus-9", "claude-other"]) {
      const one = await fetch(`${gateway.url}${base}/models/${id}`);
      assert.equal(one.status, 200, `${base} ${id}`);
      await one.body?.cancel();
    }
    const unknown = await fetch(`${gateway.url}${base}/models/unknown`);
    assert.equal(unknown.status, 404);
    const { error } = await unknown.json();
    assert.equal(error.code, isAnthropic ? undefined : "model_not_found");
    assert.equal(error.type, isAnthropic ? "not_found_error" : "invalid_request_error");
  }
  const methods = gateway.calls.map(({ method }) => method);
  assert.deepEqual([...new Set(methods)], ["models.list", "models.get"]);
});
