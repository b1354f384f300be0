/** What clients of other APIs are told about a path that is not served. @module */
import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";

const ANTHROPIC = { "anthropic-version": "2023-06-01" };

const OPERATION = {
  name: "test",
  fields: [],
  read(): never {
    throw new TypeError("It is not called");
  },
};

const OPERATIONS = [
  { api: "openai", path: "chat/completions", json: OPERATION },
  { api: "anthropic", path: "messages", json: OPERATION },
] as const;

Deno.test("A wrong base URL is corrected, in the error form of the client", async (t) => {
  await using gateway = await startEmulatedGateway({ operations: OPERATIONS });
  const openai = `for OpenAI's API it is "${gateway.url}/v1"`;
  const anthropic = `for Anthropic's API it is "${gateway.url}"`;
  // Clients differ in whether they add the version: none may be told the base URL that it has.
  const openaiRoot = `for OpenAI's API it is "${gateway.url}"`;
  const anthropicVersion = `for Anthropic's API it is "${gateway.url}/v1"`;
  const cases: readonly (readonly [path: string, says: string])[] = [
    ["/chat/completions", openai],
    ["/chat/completions/", openai],
    ["/v1/v1/chat/completions", openaiRoot],
    ["/v1/chat/completions/v1/chat/completions", openaiRoot],
    ["/v1/chat/completions/chat/completions", openai],
    ["/v1beta/openai/v1/chat/completions", openai],
    ["/v1beta/chat/completions", openai],
    ["/api/v1/chat/completions", openai],
    ["/messages", anthropicVersion],
    ["/v1/v1/messages", anthropic],
    ["/v1beta/v1/messages", anthropic],
    ["/api/messages", anthropicVersion],
    ["/anthropic/v1/v1/messages", anthropic],
  ];
  for (const [path, says] of cases) {
    await t.step(path, async () => {
      const response = await fetch(gateway.url + path, { method: "POST", body: "{}" });
      assert.equal(response.status, 404);
      const body = await response.json();
      const message = `"POST ${path}" is not served. The base URL of the client is wrong: ${says}`;
      const request_id = response.headers.get("x-request-id");
      assert.deepEqual(
        body,
        says.startsWith("for OpenAI")
          ? {
            error: { message, type: "invalid_request_error", param: null, code: "unknown_url" },
          }
          : { type: "error", error: { type: "not_found_error", message }, request_id },
      );
      assert.equal(
        response.headers.get("request-id"),
        says.startsWith("for Anthropic") ? request_id : null,
      );
    });
  }
  assert.deepEqual(gateway.emulator.requests.filter(({ method }) => method === "POST"), []);
});

Deno.test("Of a path that is no operation, the client is told what there is", async () => {
  await using gateway = await startEmulatedGateway({ operations: OPERATIONS });
  const moderations = await fetch(`${gateway.url}/v1/moderations`, { method: "POST", body: "{}" });
  assert.equal(moderations.status, 404);
  assert.match(
    (await moderations.json()).error.message,
    /Of OpenAI's API, Pollux serves POST chat\/completions, GET models, with the base URL "http/,
  );
  const events = await fetch(`${gateway.url}/api/event_logging/batch`, {
    method: "POST",
    body: "{}",
    headers: ANTHROPIC,
  });
  assert.equal(events.status, 404);
  assert.match(
    (await events.json()).error.message,
    /Of Anthropic's API, Pollux serves POST messages, GET models, with the base URL "http/,
  );
});

Deno.test("Of a response that was made, the client is told what is kept and how to go on", async () => {
  await using gateway = await startEmulatedGateway();
  const cases: readonly (readonly [verb: string, path: string, says: RegExp])[] = [
    ["GET", "resp_a1", /previous_response_id.*DELETE deletes what is kept/],
    ["POST", "resp_a1/cancel", /previous_response_id/],
    ["GET", "resp_a1/input_items", /previous_response_id/],
    ["GET", "resp_gi-v1_a", /GET and DELETE are at "\/v1beta\/interactions\/v1_a"/],
    ["DELETE", "resp_gi-v1_a", /GET and DELETE are at "\/v1beta\/interactions\/v1_a"/],
  ];
  for (const [method, path, says] of cases) {
    const response = await fetch(`${gateway.url}/v1/responses/${path}`, { method });
    assert.equal(response.status, 404);
    assert.match((await response.json()).error.message, says);
  }
});

Deno.test("The public address is the one that clients are told", async () => {
  await using gateway = await startEmulatedGateway({
    operations: OPERATIONS,
    settings: { server: { publicUrl: "https://gemini.example.com/" } },
  });
  const response = await fetch(`${gateway.url}/chat/completions`, { method: "POST", body: "{}" });
  const { error: { message } } = await response.json();
  assert.match(message, /"https:\/\/gemini\.example\.com\/v1"$/);
});

Deno.test("Another verb than POST is 405", async () => {
  await using gateway = await startEmulatedGateway({ operations: OPERATIONS });
  for (const method of ["GET", "PUT", "DELETE"]) {
    const chat = await fetch(`${gateway.url}/v1/chat/completions`, { method });
    assert.equal(chat.status, 405);
    assert.deepEqual(await chat.json(), {
      error: {
        message: `"/v1/chat/completions" is called with POST, and this request is a ${method}`,
        type: "invalid_request_error",
        param: null,
        code: "method_not_supported",
      },
    });
  }
  const head = await fetch(`${gateway.url}/v1/messages`, { method: "HEAD" });
  assert.equal(head.status, 405);
  assert.equal(await head.text(), "");
});

Deno.test("A query encoded into the path is not repeated", async () => {
  await using gateway = await startEmulatedGateway({ operations: OPERATIONS });
  const url = `${gateway.url}/v1/moderations%3Fkey=planted-key`;
  const response = await fetch(url, { method: "POST", body: "{}" });
  assert.doesNotMatch(await response.text(), /planted/);
});
