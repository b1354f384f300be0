/** The errors of every stage of a request, as the clients of other APIs read them. @module */
import assert from "node:assert/strict";
import { isJsonObject } from "../../../src/base/json.ts";
import type { Outcome } from "../../../src/emulator/emulator.ts";
import type { OperationRow, TranslatedApi } from "../../../src/formats/operations.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { limitedKeys } from "../../support/limited_keys.ts";
import { planted } from "../../support/planted.ts";
import { rawRequest } from "../../support/raw_http.ts";
import { ECHO } from "./echo_operation.ts";

const MODEL = "gemini-2.5-flash";
const BODY = { model: MODEL, text: "hello" };

const OPERATIONS: readonly OperationRow[] = [
  { api: "openai", path: "chat/completions", json: ECHO },
  { api: "anthropic", path: "messages", json: ECHO },
];

const PATHS: Readonly<Record<TranslatedApi, string>> = {
  openai: "/v1/chat/completions",
  anthropic: "/v1/messages",
};

const APIS = ["openai", "anthropic"] as const;

/** What an error is to say: its status, and its type in each API. */
interface Expected {
  readonly status: number;
  readonly openai: readonly [type: string, code: string | null];
  readonly anthropic: readonly [status: number, type: string];
}

const INVALID: Expected = {
  status: 400,
  openai: ["invalid_request_error", null],
  anthropic: [400, "invalid_request_error"],
};
const NO_KEY: Expected = {
  status: 401,
  openai: ["authentication_error", "invalid_api_key"],
  anthropic: [401, "authentication_error"],
};
const DENIED: Expected = {
  status: 403,
  openai: ["permission_error", null],
  anthropic: [403, "permission_error"],
};
const LIMITED: Expected = {
  status: 429,
  openai: ["rate_limit_error", "rate_limit_exceeded"],
  anthropic: [429, "rate_limit_error"],
};
const SPENT: Expected = { ...LIMITED, openai: ["insufficient_quota", "insufficient_quota"] };
const TOO_LARGE: Expected = {
  status: 413,
  openai: ["invalid_request_error", null],
  anthropic: [413, "request_too_large"],
};
const NO_MODEL: Expected = {
  status: 404,
  openai: ["invalid_request_error", "model_not_found"],
  anthropic: [404, "not_found_error"],
};
const FAILED: Expected = {
  status: 500,
  openai: ["server_error", null],
  anthropic: [500, "api_error"],
};
const OVERLOADED: Expected = {
  status: 503,
  openai: ["server_error", null],
  anthropic: [529, "overloaded_error"],
};

/** Checks the form of an error; returns its message. */
function checked(
  api: TranslatedApi,
  { status, headers, text }: {
    readonly status: number;
    readonly headers: Headers;
    readonly text: string;
  },
  expected: Expected,
): string {
  const body: unknown = JSON.parse(text);
  assert.match(headers.get("content-type") ?? "", /^application\/json/);
  const requestId = headers.get("x-request-id") ?? assert.fail("There is no id");
  assert.ok(isJsonObject(body) && isJsonObject(body.error), text);
  const { message } = body.error;
  assert.ok(typeof message === "string" && message.length > 0);
  if (api === "openai") {
    const [type, code] = expected.openai;
    const { param, ...rest } = body.error;
    assert.deepEqual([status, { ...body, error: rest }], [
      expected.status,
      { error: { message, type, code } },
    ]);
    assert.ok(param === null || typeof param === "string");
  } else {
    const [anthropicStatus, type] = expected.anthropic;
    assert.deepEqual([status, body], [
      anthropicStatus,
      { type: "error", error: { type, message }, request_id: requestId },
    ]);
    assert.equal(headers.get("request-id"), requestId);
  }
  return message;
}

interface Asked {
  readonly headers?: Record<string, string>;
  readonly body?: BodyInit;
}

async function ask(url: string, { headers = {}, body = JSON.stringify(BODY) }: Asked = {}) {
  const response = await fetch(url, { method: "POST", headers, body });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

for (const api of APIS) {
  const path = PATHS[api];
  const keyHeader = api === "openai" ? "authorization" : "x-api-key";
  const keyed = (key: string) => ({ [keyHeader]: api === "openai" ? `Bearer ${key}` : key });

  Deno.test(`${api}: errors of the guard and of bodies`, async (t) => {
    await using gateway = await startEmulatedGateway({
      operations: OPERATIONS,
      settings: { server: { maxBodyBytes: 1000 } },
    });
    const url = gateway.url + path;
    await t.step("a wrong host", async () => {
      const request = `POST ${path} HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 2\r\n` +
        "Connection: close\r\n\r\n{}";
      const { status, headers, body } = await rawRequest(gateway.port, request);
      const answer = { status, headers: new Headers([...headers]), text: body };
      assert.equal(status, 403);
      checked(api, answer, DENIED);
    });
    await t.step("a page of another origin", async () => {
      checked(api, await ask(url, { headers: { origin: "https://evil.example" } }), DENIED);
    });
    await t.step("no JSON", async () => {
      const message = checked(api, await ask(url, { body: '{"text": planted-x' }), INVALID);
      assert.match(message, /at line 1, column 10/);
    });
    await t.step("an array", async () => {
      checked(api, await ask(url, { body: "[]" }), INVALID);
    });
    await t.step("a field that is missing", async () => {
      const answer = await ask(url, { body: "{}" });
      checked(api, answer, INVALID);
      if (api === "openai") assert.equal(JSON.parse(answer.text).error.param, "text");
    });
    await t.step("a body that is too large", async () => {
      checked(api, await ask(url, { body: JSON.stringify({ text: "x".repeat(1000) }) }), TOO_LARGE);
    });
    await t.step("an unknown compression", async () => {
      const answer = await ask(url, { headers: { "content-encoding": "zstd" } });
      const expected: Expected = {
        ...INVALID,
        status: 415,
        anthropic: [415, "invalid_request_error"],
      };
      checked(api, answer, expected);
    });
    assert.deepEqual(gateway.emulator.requests.filter(({ method }) => method === "POST"), []);
    assert.ok(gateway.calls.every(({ failure }) => failure !== ""));
  });

  Deno.test(`${api}: errors of keys and their limits`, async (t) => {
    await using gateway = await startEmulatedGateway({
      operations: OPERATIONS,
      clientKeys: limitedKeys({
        slow: { limits: { requestsPerMinute: 1 } },
        daily: { limits: { tokensPerDay: 1 } },
        narrow: { allow: ["gemini-2.5-pro"] },
      }),
    });
    const url = gateway.url + path;
    await t.step("no key", async () => {
      checked(api, await ask(url), NO_KEY);
    });
    await t.step("a wrong key", async () => {
      checked(api, await ask(url, { headers: keyed(planted("wrong")) }), NO_KEY);
    });
    await t.step("a model that the key may not use", async () => {
      const headers = keyed("planted-key-narrow");
      checked(api, await ask(url, { headers }), DENIED);
    });
    await t.step("a limit of a minute", async () => {
      const headers = keyed("planted-key-slow");
      assert.equal((await ask(url, { headers })).status, 200);
      const answer = await ask(url, { headers });
      checked(api, answer, LIMITED);
      const seconds = Number(answer.headers.get("retry-after"));
      assert.ok(seconds > 0 && seconds <= 60);
      assert.equal(answer.headers.get("x-should-retry"), null);
      assert.equal(answer.headers.get("x-ratelimit-limit-requests"), "1");
    });
    await t.step("a limit of a day", async () => {
      const headers = keyed("planted-key-daily");
      assert.equal((await ask(url, { headers })).status, 200);
      const answer = await ask(url, { headers });
      checked(api, answer, SPENT);
      assert.equal(answer.headers.get("x-should-retry"), "false");
    });
  });

  Deno.test(`${api}: errors of accounts`, async (t) => {
    const cases: readonly (readonly [outcome: Outcome, expected: Expected])[] = [
      ["404", NO_MODEL],
      ["429-bare", LIMITED],
      ["429-daily", SPENT],
      ["500", FAILED],
      ["503", OVERLOADED],
    ];
    for (const [outcome, expected] of cases) {
      for (const stream of [false, true]) {
        await t.step(`${String(outcome)}${stream ? ", streamed" : ""}`, async () => {
          await using gateway = await startEmulatedGateway({
            operations: OPERATIONS,
            settings: { routing: { maxAttempts: 1 } },
          });
          gateway.emulator.always("one", outcome);
          const body = JSON.stringify({ ...BODY, stream });
          checked(api, await ask(gateway.url + path, { body }), expected);
        });
      }
    }
    await t.step("no account", async () => {
      await using gateway = await startTestGateway({ accounts: [], operations: OPERATIONS });
      const message = checked(api, await ask(gateway.url + path), INVALID);
      assert.match(message, /pollux accounts add/);
    });
  });
}

Deno.test("A stream that breaks off ends with the error of its format", async () => {
  await using gateway = await startEmulatedGateway({ operations: OPERATIONS });
  gateway.emulator.always("one", { type: "error-mid-stream", afterEvents: 1 });
  const body = JSON.stringify({ ...BODY, stream: true });
  const { status, text } = await ask(gateway.url + PATHS.openai, { body });
  assert.equal(status, 200);
  assert.match(text, /^chunk .*\nerror [A-Z_]+\n$/);
});
