/** `GET /v1/models` as the clients of three APIs read it. @module */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import assert from "node:assert/strict";
import { ANTHROPIC_FORMAT } from "../../src/formats/anthropic/anthropic_format.ts";
import { OPENAI_FORMAT } from "../../src/formats/openai/openai_format.ts";
import { startEmulatedGateway } from "../support/emulated_gateway.ts";

const FLASH = "gemini-2.5-flash";

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
  assert.deepEqual(OPENAI_FORMAT.list({ models }), {
    object: "list",
    data: ["a", "b"].map((id) => ({ id, object: "model", created: 0, owned_by: "google" })),
  });
  const created_at = "1970-01-01T00:00:00.000Z";
  assert.deepEqual(ANTHROPIC_FORMAT.list({ models }), {
    data: [
      { type: "model", id: "a", display_name: "A", created_at },
      { type: "model", id: "b", display_name: "b", created_at },
    ],
    has_more: false,
    first_id: "a",
    last_id: "b",
  });
  assert.deepEqual(ANTHROPIC_FORMAT.list({ models: [] }), {
    data: [],
    has_more: false,
    first_id: null,
    last_id: null,
  });
});
