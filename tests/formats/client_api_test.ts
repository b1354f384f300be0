import assert from "node:assert/strict";
import { type ClientApi, clientApiOf } from "../../src/formats/client_api.ts";
import { OperationTable } from "../../src/formats/operations.ts";

const ANTHROPIC = { "anthropic-version": "2023-06-01" };
const BEARER = { authorization: "Bearer any" };
const GOOGLE = { ...BEARER, "x-goog-api-client": "google-genai-sdk/3.4.0" };

const CASES: readonly (readonly [
  api: ClientApi,
  path: string,
  headers?: Readonly<Record<string, string>>,
])[] = [
  ["openai", "/v1/chat/completions"],
  ["openai", "/chat/completions"],
  ["openai", "/v1/v1/chat/completions"],
  ["openai", "/x/v1/chat/completions"],
  ["openai", "/openai/v1/unknown"],
  ["openai", "/v1beta/openai/models"],
  ["openai", "/v1/responses/resp_1"],
  ["openai", "/v1/images/generations"],
  ["openai", "/v1/models", BEARER],
  ["openai", "/models", BEARER],
  ["openai", "/v1/models/x", BEARER],
  ["anthropic", "/v1/messages"],
  ["anthropic", "/v1/v1/messages"],
  ["anthropic", "/anthropic/v1/anything"],
  ["anthropic", "/v1/messages/count_tokens"],
  ["anthropic", "/v1/chat/completions/v1/messages"],
  ["anthropic", "/openai/v1/messages", ANTHROPIC],
  ["anthropic", "/v1beta/openai/v1/messages/count_tokens"],
  ["openai", "/anthropic/v1/chat/completions"],
  ["openai", "/v1/messages/chat/completions"],
  ["openai", "/v1/threads/thread_1/messages"],
  ["anthropic", "/v1/models", ANTHROPIC],
  ["anthropic", "/api/event_logging/batch", ANTHROPIC],
  ["openai", "/v1/files", BEARER],
  ["openai", "/v1/batches", BEARER],
  ["anthropic", "/v1/files", ANTHROPIC],
  ["native", "/v1/files"],
  ["native", "/v1/files", GOOGLE],
  ["native", "/v1beta/files", BEARER],
  ["native", "/v1/files/x", BEARER],
  ["native", "/v1/models"],
  ["native", "/v1/models", GOOGLE],
  ["native", "/v1beta/models", BEARER],
  ["native", "/v1/models/x:generateContent", BEARER],
  ["native", "/v1/models/x%3AgenerateContent", BEARER],
  ["native", "/v1/models/x/generateContent", BEARER],
  ["native", "/v1beta/files/responses"],
  ["native", "/v1beta/interactions"],
  ["native", "/upload/v1beta/files"],
  ["native", "/v1beta1/projects/p/locations/l/publishers/google/models/x:generateContent"],
  ["native", "/admin/v1/messages"],
  ["native", "/v1beta"],
  ["native", "/"],
  ["native", ""],
  ["native", "/v1/messagesx"],
];

Deno.test("clientApiOf() tells the API by the path, and then by the headers", () => {
  for (const [api, path, headers = {}] of CASES) {
    const request = { path, headers: new Headers(headers), query: new URLSearchParams() };
    assert.equal(clientApiOf(request), api, `${path} ${Object.keys(headers)}`);
  }
});

Deno.test("An encoded query is no part of an operation's path", () => {
  const rest = { headers: new Headers(), query: new URLSearchParams() };
  const operations = new OperationTable();
  for (const path of ["/v1/responses%3Fstream=true", "/v1/messages%3fbeta=true"]) {
    const row = operations.find(path);
    assert.ok(row !== undefined, path);
    assert.equal(clientApiOf({ path, ...rest }), row.api);
  }
});
