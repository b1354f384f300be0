/** What clients of each API read after usual mistakes: the field that is wrong, and what to do. @module */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/base/json.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";

const MODEL = "gemini-2.5-flash";
const CALL = { id: "1", type: "function", function: { name: "f", arguments: "{}" } };
const USE = { type: "tool_use", id: "1", name: "f", input: {} };
const USER = { role: "user", content: "Hi" };

const MISTAKES: readonly (readonly [path: string, body: JsonObject, message: RegExp])[] = [
  ["chat/completions", { messages: [] }, /^"messages" hold no text: /],
  [
    "chat/completions",
    { messages: [{ role: "user", content: { a: 1 } }] },
    /content" has to be a text, or /,
  ],
  [
    "chat/completions",
    {
      messages: [USER, { role: "assistant", tool_calls: [CALL] }, {
        role: "tool",
        tool_call_id: "1",
        content: { degrees: 7 },
      }],
    },
    /^"messages\[2\]\.content" has to be a text, .* as JSON/,
  ],
  [
    "chat/completions",
    { messages: [USER], tools: [{ type: "function", name: "f", parameters: {} }] },
    /^Cannot use "tools\[0\]\.name": It is in `function`/,
  ],
  [
    "chat/completions",
    {
      messages: [{
        role: "user",
        content: [{ type: "image_url", image_url: { url: "data:image/png;base64," } }],
      }],
    },
    /image_url\.url" is a data: URL without data$/,
  ],
  ["messages", { messages: [{ role: "user", content: "" }] }, /^"messages" hold no text: /],
  ["messages", { messages: [{ role: "user", content: [] }] }, /^"messages" hold no text: /],
  ["messages", { messages: [{ role: "user", content: 5 }] }, /content" has to be a text or a list/],
  ["messages", { system: {}, messages: [USER] }, /^"system" has to be a text or a list of blocks/],
  [
    "messages",
    {
      messages: [USER, { role: "assistant", content: [USE] }, {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "1", content: { degrees: 7 } }],
      }],
    },
    /content\[0\]\.content" has to be a text or a list of blocks/,
  ],
  ["messages/count_tokens", { messages: [{ role: "user", content: "" }] }, /hold no text/],
  ["responses", { input: "" }, /^"input" holds no text: /],
  ["responses", { input: [] }, /^"input" holds no text: /],
  [
    "responses",
    { input: [{ role: "user", content: [{ type: "input_image", image_url: "" }] }] },
    /content\[0\]\.image_url" holds neither data nor an address/,
  ],
];

Deno.test("A mistake is answered with the field, and what it has to be", async () => {
  await using gateway = await startEmulatedGateway();
  for (const [path, body, message] of MISTAKES) {
    const response = await fetch(`${gateway.url}/v1/${path}`, {
      method: "POST",
      body: JSON.stringify({ model: MODEL, ...body }),
    });
    const { error } = await response.json();
    assert.equal(response.status, 400, JSON.stringify(body));
    assert.match(error.message, message);
  }
});

Deno.test("An empty body is called empty", async () => {
  await using gateway = await startEmulatedGateway();
  for (const path of ["chat/completions", "messages", "responses"]) {
    const response = await fetch(`${gateway.url}/v1/${path}`, { method: "POST", body: "" });
    assert.match((await response.json()).error.message, /it is empty$/);
  }
});

Deno.test("Responses take an image in the form of a chat's", async () => {
  await using gateway = await startEmulatedGateway();
  const image_url = { url: "data:image/png;base64,iVBORw0KGgo=" };
  const response = await fetch(`${gateway.url}/v1/responses`, {
    method: "POST",
    body: JSON.stringify({
      model: MODEL,
      input: [{ role: "user", content: [{ type: "input_image", image_url }] }],
    }),
  });
  assert.equal(response.status, 200, await response.text());
  const [call] = gateway.emulator.requests.filter(({ path }) => path.includes(":generate"));
  assert.match(JSON.stringify(call?.body), /"inlineData":\{"mimeType":"image\/png"/);
});
