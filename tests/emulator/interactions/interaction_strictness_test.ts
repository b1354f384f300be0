/** Interactions: what Google refuses, with a code in words. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { serviceAccountToken } from "../vertex_calls.ts";
import { ask, create, eventsIn } from "./interaction_calls.ts";

Deno.test("interactions.create refuses what Google refuses", async (t) => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a")] as const;
  const input = "Hello";
  const cases: readonly (readonly [string, Record<string, unknown>, number, string, RegExp])[] = [
    ["an unknown field", { input, contents: [] }, 400, "parameter_unknown", /'contents'/],
    ["camelCase", { input, systemInstruction: "x" }, 400, "parameter_unknown", /systemInstruction/],
    [
      "an unknown field within",
      { input, generation_config: { top_k: 1 } },
      400,
      "parameter_unknown",
      /'top_k' at 'generation_config'/,
    ],
    [
      "an unknown tool",
      { input, tools: [{ type: "invalid_tool_type_xyz" }] },
      400,
      "invalid_request",
      /^The value 'invalid_tool_type_xyz' is not supported for 'type' at 'tools\[0\]'\. Supported values: 'function'/,
    ],
    ["a wrong type", { input, store: "yes" }, 400, "invalid_request", /'store'.*boolean/],
    ["no input", {}, 400, "invalid_request", /'input'/],
    ["neither model nor agent", { input, model: undefined }, 400, "invalid_request", /must be set/],
    [
      "a model and an agent",
      { input, agent: "antigravity-preview-09-2026" },
      400,
      "invalid_request",
      /Only one/,
    ],
    [
      "an agent with generation_config",
      {
        input,
        model: undefined,
        agent: "antigravity-preview-09-2026",
        generation_config: {},
      },
      400,
      "parameter_unknown",
      /generation_config/,
    ],
    [
      "Deep Research in the foreground",
      { input, model: undefined, agent: "deep-research-preview-04-2026" },
      400,
      "invalid_request",
      /background/,
    ],
    ["an unknown model", { input, model: "gemini-x" }, 404, "model_not_found", /gemini-x/],
    ["an unknown agent", { input, model: undefined, agent: "mine" }, 404, "not_found", /not found/],
    ["an unknown environment", { input, environment: "env_x" }, 404, "not_found", /not found/],
    [
      "turns of the legacy schema",
      { input: [{ role: "user", content: "Hello" }] },
      400,
      "invalid_request",
      /legacy Interactions API schema/,
    ],
    [
      "a file that the project does not have",
      {
        input: [{
          type: "image",
          uri: "https://generativelanguage.googleapis.com/v1beta/files/abc",
          mime_type: "image/png",
        }],
      },
      403,
      "permission_denied",
      /File abc/,
    ],
    [
      "a store that the project does not have",
      { input, tools: [{ type: "file_search", file_search_store_names: ["fileSearchStores/s"] }] },
      403,
      "permission_denied",
      /FileSearchStore s/,
    ],
    [
      "a continuation token that Google did not issue",
      { input, continuation_token: "x" },
      400,
      "invalid_request",
      /continuation_token/,
    ],
  ];
  for (const [name, body, status, code, message] of cases) {
    await t.step(name, async () => {
      const { status: actual, json } = await create(caller, body);
      assert.deepEqual([actual, json.error.code], [status, code], json.error.message);
      assert.match(json.error.message, message);
      assert.deepEqual(Object.keys(json.error), ["message", "code"]);
    });
  }
  await t.step("the legacy schema", async () => {
    const response = await fetch(`${emulator.url}/v1beta/interactions`, {
      method: "POST",
      headers: { "x-goog-api-key": caller[1], "api-revision": "2026-05-07" },
      body: JSON.stringify({ model: "gemini-3.6-flash", input }),
    });
    assert.match((await response.json()).error.message, /legacy Interactions API schema/);
  });
  await t.step("an unknown query parameter", async () => {
    const { json } = await ask(caller, "POST interactions?alt2=sse", { model: "x", input });
    assert.equal(json.error.code, "invalid_request");
  });
});

Deno.test("interactions.create accepts what the SDKs send", async (t) => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a")] as const;
  const bodies: readonly Record<string, unknown>[] = [
    { input: { type: "text", text: "One content" } },
    {
      input: [{ type: "text", text: "Two" }, {
        type: "image",
        data: "AAAA",
        mime_type: "image/png",
      }],
    },
    {
      input: [
        { type: "user_input", content: [{ type: "text", text: "Hello" }] },
        { type: "thought", signature: "x", summary: [{ type: "text", text: "Hm" }] },
        { type: "google_search_call", id: "1", arguments: { queries: ["x"] } },
        { type: "google_search_result", call_id: "1", result: [{ url: "https://a.example" }] },
        { type: "model_output", content: [{ type: "text", text: "Hi" }] },
        { type: "user_input", content: [{ type: "text", text: "More" }] },
      ],
    },
    { input: "JSON", response_format: { type: "text", schema: { type: "object" } } },
    { input: "JSON", response_format: { type: "object", properties: { a: { type: "string" } } } },
    {
      input: "x",
      generation_config: {
        tool_choice: { allowed_tools: { mode: "any", tools: ["f"] } },
        thinking_level: "low",
        thinking_summaries: "auto",
      },
      tools: [{ type: "function", name: "f" }, { type: "google_search" }],
      labels: { a: "b" },
      service_tier: "flex",
      safety_settings: [{ type: "harassment", threshold: "off" }],
    },
    {
      model: undefined,
      agent: "antigravity-preview-09-2026",
      agent_config: { type: "antigravity", max_total_tokens: "1000" },
      input: "x",
      environment: { type: "remote", env: { A: "b", C: { credential: "d" } } },
    },
  ];
  await ask(caller, "POST credentials", { id: "d", type: "bearer_token", token: "planted-token" });
  for (const [nth, body] of bodies.entries()) {
    await t.step(`body ${nth + 1}`, async () => {
      const { status, text } = await create(caller, body);
      assert.equal(status, 200, text);
    });
  }
});

Deno.test("errors that a script makes have a code in words, also within a stream", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a")] as const;
  const method = "interactions.create";
  const expected = [
    ["429-bare", 429, "too_many_requests"],
    ["429-daily", 429, "quota_exceeded"],
    [{ type: "429-short", delayMs: 1000 }, 429, "rate_limit_exceeded"],
    ["500", 500, "api_error"],
    ["503", 503, "service_unavailable"],
    ["400-key-invalid", 401, "authentication"],
    ["403-disabled", 403, "permission_denied"],
    ["404", 404, "model_not_found"],
  ] as const;
  for (const [outcome, status, code] of expected) {
    emulator.script("a", [outcome], { method });
    const { status: actual, json } = await create(caller, { input: "x" });
    assert.deepEqual([actual, json.error.code], [status, code]);
  }
  assert.equal(
    (await create([emulator, "none"], { input: "x" })).json.error.code,
    "authentication",
  );
  emulator.script("a", [{ type: "error-mid-stream", afterEvents: 2 }], { method });
  const { text } = await create(caller, { input: "x", stream: true });
  assert.match(text, /\nevent: error\ndata: \{.*"event_type":"error"\}\n\n$/);
  assert.equal(eventsIn(text).at(-1).error.code, "service_unavailable");
});

Deno.test("what an interaction makes stays when the connection breaks after the body", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a", { project: "p" })] as const;
  // The fetch of Deno 2.7 sends the request once more.
  const twice = ["reset-after-body", "reset-after-body"] as const;
  emulator.script("a", twice, { method: "interactions.create" });
  await assert.rejects(create(caller, { input: "x" }));
  assert.ok(emulator.interactions("p").length > 0);
});

Deno.test("Vertex AI's interactions belong to the project of the path", async () => {
  await using emulator = await startEmulator();
  const token = await serviceAccountToken(emulator.addServiceAccount("v", { project: "vp" }));
  const place = `${emulator.url}/v1beta1/projects/vp/locations/global/interactions`;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const body = JSON.stringify({ model: "gemini-3.6-flash", input: "Hello" });
  const made = await (await fetch(place, { method: "POST", headers, body })).json();
  assert.equal(made.status, "completed");
  const other = place.replace("/vp/", "/vq/");
  const refused = await fetch(`${other}/${made.id}`, { headers });
  assert.equal(refused.status, 403);
  assert.equal((await refused.json()).error.code, "permission_denied");
});
