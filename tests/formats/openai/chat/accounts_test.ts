/**
 * Google accepts what chats become, for every kind of account: the emulator refuses each field that Google refuses.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../../../src/base/json.ts";
import { ACCOUNT_KINDS } from "../../../../src/gemini/api/account_kinds.ts";
import { readExchanges } from "../../../recordings/exchanges.ts";
import { startEmulatedGateway } from "../../../support/emulated_gateway.ts";
import { GEMINI_2, GEMINI_3 } from "./chat_calls.ts";

const FUNCTION = { type: "function", function: { name: "f" } };
const SCHEMA = { type: "object", properties: { a: { type: "string" } } };
const IMAGE = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };

/** What a request can have besides its messages. */
const FEATURES: readonly JsonObject[] = [
  { tools: [FUNCTION, { type: "web_search" }] },
  { tools: [FUNCTION], tool_choice: "required" },
  { tools: [{ type: "code_interpreter" }] },
  { tools: [{ type: "url_context" }] },
  { tools: [{ type: "google_maps" }] },
  {
    tools: [FUNCTION],
    tool_choice: { type: "allowed_tools", allowed_tools: { mode: "auto", tools: [FUNCTION] } },
  },
  { service_tier: "flex" },
  { service_tier: "priority", web_search_options: {} },
  ...["none", "minimal", "low", "medium", "high", "xhigh"].map((effort) => ({
    reasoning_effort: effort,
  })),
  { response_format: { type: "json_object" } },
  { response_format: { type: "json_schema", json_schema: { name: "a", schema: SCHEMA } } },
  { n: 2, stop: ["a"], seed: 2 ** 40, temperature: 1, top_p: 0.5, top_k: 3, max_tokens: 200_000 },
  { logprobs: true, top_logprobs: 3, presence_penalty: 1, frequency_penalty: 1 },
  {
    google: {
      safety_settings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
      thinking_config: { thinking_budget: 512, include_thoughts: true },
    },
  },
  {
    messages: [{
      role: "user",
      content: [
        { type: "image_url", image_url: { url: "https://example.com/a", detail: "low" } },
        { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
        { type: "file", file: { file_data: "data:application/pdf;base64,AAAA" } },
      ],
    }],
  },
  {
    tools: [FUNCTION],
    messages: [
      { role: "user", content: "a" },
      {
        role: "assistant",
        tool_calls: [
          {
            id: "call_of_another_gateway",
            type: "function",
            function: { name: "f", arguments: "" },
          },
        ],
      },
      { role: "tool", tool_call_id: "call_of_another_gateway", content: [IMAGE] },
    ],
  },
];

const RECORDED = (await readExchanges("openai"))
  .flatMap(({ path, request }) =>
    path === "/v1/chat/completions" && isJsonObject(request) ? [request] : []
  );

/** The errors of requests, but for those of what Gemini cannot do. */
async function errorsOf(url: string, bodies: readonly JsonObject[]): Promise<string[]> {
  const errors = await Promise.all(bodies.map(async (body) => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ messages: [{ role: "user", content: "hi" }], ...body }),
    });
    const text = await response.text();
    const isOurs = /"param":"(?:moderation|messages\[3\]\.content\[\d\]\.file\.file_id)"/.test(
      text,
    );
    return isOurs || !text.includes('"error"') ? [] : [text];
  }));
  return errors.flat();
}

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`Google accepts what chats become, for accounts of the kind ${kind}`, async () => {
    await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
    for (const model of [GEMINI_2, GEMINI_3]) {
      const bodies = FEATURES.map((feature) => ({ ...feature, model }));
      assert.deepEqual(await errorsOf(gateway.url, bodies), [], model);
    }
    const recorded = RECORDED.map((request) => ({ ...request, model: GEMINI_3 }));
    assert.deepEqual(await errorsOf(gateway.url, recorded), []);
  });
}

Deno.test("A tier reaches the Gemini API; a native client's reaches every upstream", async () => {
  const seen: string[] = [];
  for (const kind of ACCOUNT_KINDS) {
    await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
    await errorsOf(gateway.url, [{ model: GEMINI_2, service_tier: "flex" }]);
    const native = await fetch(`${gateway.url}/v1beta/models/${GEMINI_2}:generateContent`, {
      method: "POST",
      body: '{"contents":[{"parts":[{"text":"a"}]}],"serviceTier":"flex"}',
    });
    await native.body?.cancel();
    const bodies = gateway.emulator.requests.filter(({ path }) => path.includes("enerateContent"))
      .map(({ rawBody }) => rawBody.includes("serviceTier"));
    seen.push(`${kind} ${bodies}`);
  }
  assert.deepEqual(seen, ["gemini-api true,true", "vertex false,true", "code-assist false,true"]);
});
