/** What native calls have holds for translated ones: owners of files, keys, usage, browsers, headers. @module */
import assert from "node:assert/strict";
import { clientKeysOf } from "../../support/client_keys.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { limitedKeys } from "../../support/limited_keys.ts";
import { startOwnerTestbed } from "../owners/owner_testbed.ts";
import { begun, fileIn, goOn } from "../uploads/upload_calls.ts";
import { ECHO } from "./echo_operation.ts";

const MODEL = "gemini-2.5-flash";
const PAGE = "https://page.example";

const OPERATIONS = [
  { api: "openai", path: "chat/completions", json: ECHO },
  { api: "anthropic", path: "messages", json: ECHO },
] as const;

function chat(url: string, headers: Record<string, string>, file: string): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers,
    body: JSON.stringify({
      model: MODEL,
      messages: [{
        role: "user",
        content: [{ type: "text", text: "What is it?" }, { type: "file", file: { file_id: file } }],
      }],
    }),
  });
}

Deno.test("A file that a translated call names goes to its owner, and is nobody else's", async () => {
  const clientKeys = clientKeysOf(
    new Map([["planted-client-a", "a"], ["planted-client-b", "b"]]),
  );
  await using bed = await startOwnerTestbed({ clientKeys });
  const a = { authorization: "Bearer planted-client-a" };
  const b = { authorization: "Bearer planted-client-b" };
  const address = await begun(bed.url, a);
  const name = await fileIn(await goOn(address, "upload, finalize", { body: "text" }));
  const holder = bed.emulator.requests.find(({ path }) => path.startsWith("/upload"))?.account;
  for (let nth = 0; nth < 4; nth++) {
    const response = await chat(bed.url, a, name);
    assert.equal(response.status, 200, await response.text());
    assert.equal(response.headers.get("x-pollux-account"), holder);
  }
  const refused = await chat(bed.url, b, name);
  assert.equal(refused.status, 403);
  assert.equal((await refused.json()).error.type, "permission_error");
});

Deno.test("The reservation of several calls is for all of them", async () => {
  const clientKeys = limitedKeys({ a: { limits: { tokensPerMinute: 1000 } } });
  await using gateway = await startEmulatedGateway({ operations: OPERATIONS, clientKeys });
  async function statusOf(times: number): Promise<number> {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: "Bearer planted-key-a" },
      body: JSON.stringify({ model: MODEL, text: "hi", times }),
    });
    await response.body?.cancel();
    return response.status;
  }
  assert.equal(await statusOf(1), 200);
  // Four times 256 tokens at least.
  assert.equal(await statusOf(4), 429);
  assert.equal(await statusOf(1), 200);
});

Deno.test("Pages of allowed origins may call, and read what the response says", async () => {
  await using gateway = await startEmulatedGateway({
    operations: OPERATIONS,
    settings: { server: { corsOrigins: [PAGE] }, auth: { mode: "strict", apiKey: "own-key" } },
  });
  for (const path of ["/v1/chat/completions", "/anthropic/v1/messages", "/v1beta/openai/models"]) {
    const preflight = await fetch(gateway.url + path, {
      method: "OPTIONS",
      headers: {
        "origin": PAGE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,anthropic-version,x-stainless-os",
      },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-origin"), PAGE);
    assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /anthropic-version/);
  }
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { origin: PAGE, authorization: "Bearer own-key" },
    body: JSON.stringify({ model: MODEL, text: "hi" }),
  });
  assert.equal(response.headers.get("access-control-allow-origin"), PAGE);
  assert.match(response.headers.get("access-control-expose-headers") ?? "", /x-pollux-warning/);
  await response.body?.cancel();
});

Deno.test("A client's own headers and query are accepted, and not forwarded", async () => {
  await using gateway = await startEmulatedGateway({ operations: OPERATIONS });
  const headers = {
    "anthropic-version": "2023-06-01",
    "anthropic-beta": "planted-beta",
    "openai-organization": "planted-org",
    "openai-project": "planted-project",
    "x-api-key": "planted-key",
    "x-stainless-lang": "planted-lang",
  };
  for (const path of ["/v1/messages?beta=true", "/v1/chat/completions?api-version=2024-10-21"]) {
    const response = await fetch(gateway.url + path, {
      method: "POST",
      headers,
      body: JSON.stringify({ model: MODEL, text: "hi" }),
    });
    assert.equal(response.status, 200);
    const isAnthropic = path.startsWith("/v1/messages");
    const requestId = response.headers.get("x-request-id");
    assert.equal(response.headers.get("request-id"), isAnthropic ? requestId : null);
    await response.body?.cancel();
  }
  const sent = gateway.emulator.requests.map(({ path, headers, body }) =>
    JSON.stringify([path, [...headers].filter(([name]) => name !== "x-goog-api-key"), body])
  );
  assert.ok(sent.length > 0);
  assert.doesNotMatch(sent.join("\n"), /planted|beta=true|api-version/);
});
