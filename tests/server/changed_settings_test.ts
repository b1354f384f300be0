/** Other settings take effect while the gateway runs, for calls that come from then on. @module */
import assert from "node:assert/strict";
import type { GatewaySettings } from "../../src/server/settings.ts";
import { within } from "../support/deadline.ts";
import { type EmulatedGateway, startEmulatedGateway } from "../support/emulated_gateway.ts";
import { call, errorOf } from "../support/gemini_call.ts";
import { startTestGateway, type TestGatewayOptions } from "../support/gateway.ts";
import { Random } from "../support/random.ts";
import { rawRequest } from "../support/raw_http.ts";
import {
  eventStream,
  RESPONSE,
  scriptedStream,
  startTestUpstream,
} from "../support/test_upstream.ts";

type Changes = NonNullable<TestGatewayOptions["settings"]>;

/** Far more than anything here takes, on a busy machine too. */
const LIMIT_MS = 20_000;

/** Tells which settings come next. */
const SEED = 20261124;

const EVENT = `data: ${JSON.stringify(RESPONSE)}\r\n\r\n`;

interface Change {
  readonly settings: Changes;
  /** What a client sees that the setting is about. */
  readonly seen: (gateway: EmulatedGateway) => Promise<unknown>;
  readonly before: unknown;
  readonly after: unknown;
}

async function statusOf(answer: Promise<Response>): Promise<number> {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
}

async function headerOf(answer: Promise<Response>, name: string): Promise<string | null> {
  const { headers, body } = await answer;
  await body?.cancel();
  return headers.get(name);
}

function rawStatus({ port }: EmulatedGateway, headers: string): Promise<number> {
  const request = `GET /healthz HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`;
  return rawRequest(port, request).then(({ status }) => status);
}

const CHANGES: Readonly<Record<string, Change>> = {
  "models.aliases": {
    settings: { aliases: { "gemini-2.5-flash": "gemini-2.5-pro" } },
    seen: ({ url }) => headerOf(call(url), "x-pollux-model"),
    before: "gemini-2.5-flash",
    after: "gemini-2.5-pro",
  },
  "models.aliases, in the list of models": {
    settings: { aliases: { fast: "gemini-2.5-flash" } },
    seen: ({ url }) => statusOf(fetch(`${url}/v1beta/models/fast`)),
    before: 404,
    after: 200,
  },
  "auth": {
    settings: { auth: { mode: "strict", apiKey: "planted-key" } },
    seen: ({ url }) =>
      Promise.all(
        [{}, { "x-goog-api-key": "planted-key" }].map((headers) =>
          statusOf(call(url, { headers }))
        ),
      ),
    before: [200, 200],
    after: [401, 200],
  },
  "server.allowed_hosts": {
    settings: { server: { allowedHosts: ["a.example"] } },
    seen: (gateway) => rawStatus(gateway, "Host: a.example\r\n"),
    before: 403,
    after: 200,
  },
  "server.cors_origins": {
    settings: { server: { corsOrigins: ["https://a.example"] } },
    seen: (gateway) => rawStatus(gateway, "Host: localhost\r\nOrigin: https://a.example\r\n"),
    before: 403,
    after: 200,
  },
  "server.max_body_mib": {
    settings: { server: { maxBodyBytes: 10 } },
    seen: ({ url }) => statusOf(call(url)),
    before: 200,
    after: 413,
  },
  "streaming.default_format": {
    settings: { streaming: { defaultFormat: "json" } },
    seen: ({ url }) => headerOf(call(url, { method: "streamGenerateContent" }), "content-type"),
    before: "text/event-stream",
    after: "application/json; charset=UTF-8",
  },
  "routing.max_attempts": {
    settings: { routing: { maxAttempts: 1 } },
    async seen({ url, emulator }) {
      for (const name of ["one", "two"]) emulator.always(name, "500");
      return await headerOf(call(url), "x-pollux-attempts");
    },
    before: "3",
    after: "1",
  },
  "timeouts.idle": {
    settings: { timeouts: { idleMs: 100 } },
    async seen({ url, emulator }) {
      for (const name of ["one", "two"]) {
        emulator.always(name, { type: "ok", chunks: ["a", "b"], chunkDelayMs: 1500 });
      }
      return /DEADLINE_EXCEEDED/.test(
        await (await call(url, { method: "streamGenerateContent" })).text(),
      );
    },
    before: false,
    after: true,
  },
};

for (const [name, { settings, seen, before, after }] of Object.entries(CHANGES)) {
  Deno.test(`apply() puts ${name} in force for the next call, and takes it back`, async () => {
    await using gateway = await startEmulatedGateway({
      accounts: { one: "gemini-api", two: "gemini-api" },
    });
    assert.deepEqual(await seen(gateway), before);
    gateway.apply(settings);
    assert.deepEqual(await seen(gateway), after);
    gateway.apply({});
    assert.deepEqual(await seen(gateway), before);
  });
}

Deno.test("apply() tells whether every request is refused from now on", async () => {
  await using gateway = await startTestGateway({ accounts: [] });
  assert.equal(gateway.gateway.keyPolicy.refusesAll, false);
  gateway.apply({ auth: { mode: "strict" } });
  assert.equal(gateway.gateway.keyPolicy.refusesAll, true);
});

Deno.test("A stream in flight keeps all the settings that it began with", async () => {
  const slow = scriptedStream();
  await using google = startTestUpstream((_request, index) =>
    index === 0 ? slow.response : index === 1 ? new Promise(() => {}) : eventStream(RESPONSE)
  );
  const account = { name: "one", baseUrls: [google.url], key: "key" };
  await using gateway = await startTestGateway({
    accounts: [account],
    settings: { aliases: { fast: "gemini-2.5-flash" }, auth: { mode: "strict", apiKey: "old" } },
  });
  const method = "streamGenerateContent";
  slow.write(EVENT);
  const begun = await call(gateway.url, {
    model: "fast",
    method,
    headers: { "x-goog-api-key": "old" },
  });
  gateway.apply({
    auth: { mode: "strict", apiKey: "new" },
    streaming: { defaultFormat: "json", doneSentinel: "strip" },
    routing: { maxAttempts: 1 },
    timeouts: { firstByteMs: 600, idleMs: 600, totalMs: 600 },
  });
  // By the time that the new limits end this call, they would have ended the other as well.
  const headers = { "x-goog-api-key": "new" };
  const late = await within(LIMIT_MS, call(gateway.url, { method, headers }), { what: "The end" });
  assert.equal((await errorOf(late)).status, "DEADLINE_EXCEEDED");
  slow.write(`${EVENT}data: [DONE]\n\n`);
  slow.end();
  const events = (await begun.text()).trim().split("\n\n");
  const answer = `data: ${JSON.stringify(RESPONSE)}`;
  assert.deepEqual(events, [answer, answer, "data: [DONE]"]);
  assert.equal(begun.headers.get("x-pollux-model"), "gemini-2.5-flash");
  assert.equal(await statusOf(call(gateway.url, { headers: { "x-goog-api-key": "old" } })), 401);
});

Deno.test("No call is lost, and none sees half of a change, while settings change all the time", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "gemini-api" },
  });
  const worlds: readonly Changes[] = [
    { aliases: { fast: "gemini-2.5-flash" }, streaming: { defaultFormat: "sse" } },
    {
      aliases: { fast: "gemini-2.5-pro" },
      streaming: { defaultFormat: "json" },
      routing: { strategy: "performance_first" },
    },
  ];
  gateway.apply(worlds[0] ?? {});
  // Taken in turn, they could keep step with the calls, which would see one of them alone.
  const random = new Random(SEED);
  const changing = setInterval(() => gateway.apply(worlds[random.between(0, 1)] ?? {}), 1);
  const seen = new Set<string>();
  async function client(): Promise<void> {
    for (let count = 0; count < 40; count++) {
      const answer = await call(gateway.url, { model: "fast", method: "streamGenerateContent" });
      const text = await answer.text();
      assert.equal(answer.status, 200, text);
      const format = text.startsWith("data: ") ? "sse" : "json";
      seen.add(`${answer.headers.get("x-pollux-model")} ${format}`);
    }
  }
  await Promise.all(Array.from({ length: 10 }, client)).finally(() => clearInterval(changing));
  assert.deepEqual([...seen].toSorted(), ["gemini-2.5-flash sse", "gemini-2.5-pro json"]);
  assert.equal(gateway.calls.filter(({ status }) => status === 200).length, 400);
  assert.deepEqual(gateway.problems, []);
});

Deno.test("apply() leaves the old settings whole when the new ones can't be used", async () => {
  await using gateway = await startEmulatedGateway();
  gateway.apply({ aliases: { fast: "gemini-2.5-flash" } });
  const broken: Changes = {
    auth: { mode: "strict", apiKey: "key" },
    get aliases(): GatewaySettings["aliases"] {
      return new Proxy({}, {
        ownKeys() {
          throw new Error("not readable");
        },
      });
    },
  };
  assert.throws(() => gateway.apply(broken), /not readable/);
  assert.equal(
    await headerOf(call(gateway.url, { model: "fast" }), "x-pollux-model"),
    "gemini-2.5-flash",
  );
});

Deno.test("breakOff() ends every call in flight with an error that its client notices", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "code-assist", three: "vertex" },
  });
  for (const name of ["one", "two", "three"]) {
    gateway.emulator.always(name, { type: "ok", chunks: ["a", "b"], chunkDelayMs: 60_000 });
  }
  const streams = await Promise.all(
    ["?alt=sse", "?alt=json"].map((query, index) =>
      call(gateway.url, { method: "streamGenerateContent", query, text: `${index}` })
    ),
  );
  for (const name of ["one", "two", "three"]) gateway.emulator.always(name, "hang");
  const whole = call(gateway.url, { text: "whole" });
  const asked = () =>
    gateway.emulator.requests.filter(({ path }) => /GenerateContent/i.test(path)).length;
  while (asked() < 3) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(gateway.gateway.callCount, 3);

  gateway.gateway.breakOff();
  const error = await errorOf(await within(LIMIT_MS, whole, { what: "The error" }));
  assert.deepEqual([error.code, error.status], [503, "UNAVAILABLE"]);
  assert.match(error.message, /^The gateway was stopped before the response was complete/);
  for (const stream of streams) {
    const text = await within(LIMIT_MS, stream.text(), { what: "The stream's end" });
    assert.match(text, /"a"[^]*The gateway was stopped before the response was complete/);
  }
  assert.equal(gateway.gateway.callCount, 0);
  const failures = gateway.calls.map(({ failure }) => failure);
  assert.equal(failures.filter((failure) => failure.startsWith("The gateway was")).length, 3);
});
