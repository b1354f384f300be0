import assert from "node:assert/strict";
import type { GatewaySettings } from "../../../src/server/settings.ts";
import { within } from "../../support/deadline.ts";
import { ACCOUNT_KINDS } from "../../../src/gemini/api/account_kinds.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, errorOf } from "../../support/gemini_call.ts";
import { startTestGateway } from "../../support/gateway.ts";
import {
  eventStream,
  RESPONSE,
  scriptedStream,
  startTestUpstream,
} from "../../support/test_upstream.ts";

const ONE =
  '{"candidates":[{"content":{"parts":[{"text":"Grüße 🌍"}]},"finishReason":"STOP"}],"new":[1e400]}';
const TWO = '{"candidates":[],"usageMetadata":{"totalTokenCount":3}}';
const SSE = `data: ${ONE}\n\ndata: ${TWO}\n\n`;
const ARRAY = `[${ONE}\n,\r\n${TWO}\n]`;

/** Bytes of an upstream's stream as they are given. */
function rawStream(text: string): Response {
  return new Response(text, { headers: eventStream().headers });
}

/** Asks for a stream of a gateway whose upstream sends that text. */
async function streamOf(
  text: string,
  options: { query?: string; streaming?: Partial<GatewaySettings["streaming"]> } = {},
): Promise<{ answer: Response; body: string; targets: readonly string[] }> {
  await using upstream = startTestUpstream(() => rawStream(text));
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
    settings: { streaming: options.streaming ?? {} },
  });
  const { query = "" } = options;
  const answer = await call(gateway.url, { method: "streamGenerateContent", query });
  const body = await answer.text();
  return { answer, body, targets: upstream.seen.map(({ target }) => target) };
}

const UPSTREAM = `data: ${ONE}\r\n\r\ndata: ${TWO}\r\n\r\n`;

const FRAMINGS: readonly (readonly [query: string, format: "sse" | "json"])[] = [
  ["", "sse"],
  ["?alt=sse", "sse"],
  ["?alt=SSE", "sse"],
  ["?alt=", "sse"],
  ["?%24alt=sse", "sse"],
  ["?key=x&alt=sse", "sse"],
  ["?alt=json", "json"],
  ["?$alt=json;enum-encoding=int", "json"],
  ["?%24alt=json%3Benum-encoding%3Dint", "json"],
  ["?%24alt=json;enum-encoding=int", "json"],
  ["?alt=sse&%24alt=json", "sse"],
];

Deno.test("A stream has exactly the framing that the client asks for", async (t) => {
  for (const [query, format] of FRAMINGS) {
    await t.step(query || "no alt", async () => {
      const { answer, body, targets } = await streamOf(UPSTREAM, { query });
      assert.equal(answer.status, 200);
      assert.equal(body, format === "sse" ? SSE : ARRAY);
      const type = answer.headers.get("content-type");
      assert.equal(
        type,
        format === "sse" ? "text/event-stream" : "application/json; charset=UTF-8",
      );
      assert.equal(answer.headers.get("cache-control"), "no-cache, no-transform");
      assert.equal(answer.headers.get("x-accel-buffering"), "no");
      assert.deepEqual(targets, ["/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"]);
    });
  }
});

Deno.test("streaming.default_format json frames a request without alt as Google does", async () => {
  const streaming = { defaultFormat: "json" } as const;
  assert.equal((await streamOf(UPSTREAM, { streaming })).body, ARRAY);
  assert.equal((await streamOf(UPSTREAM, { streaming, query: "?alt=sse" })).body, SSE);
});

Deno.test("An alt that is not served is 400, and no account is asked", async () => {
  await using gateway = await startEmulatedGateway();
  for (const alt of ["media", "proto", "xml", "json-lines", " sse"]) {
    const query = `?alt=${encodeURIComponent(alt)}`;
    const answer = await call(gateway.url, { method: "streamGenerateContent", query });
    const error = await errorOf(answer);
    assert.deepEqual([error.code, error.status], [400, "INVALID_ARGUMENT"]);
    assert.equal(error.message, `Cannot respond with alt="${alt}": use "sse" or "json"`);
  }
  assert.deepEqual(gateway.emulator.requests, []);
});

const DIALECTS: readonly (readonly [name: string, upstream: string, clients: string])[] = [
  ["LF", `data: ${ONE}\n\ndata: ${TWO}\n\n`, SSE],
  ["CR", `data: ${ONE}\r\rdata: ${TWO}\r\r`, SSE],
  [
    "no space, comments, names and ids",
    `: hi\n\nevent: x\nid: 1\ndata:${ONE}\n\n`,
    `data: ${ONE}\n\n`,
  ],
  ["a byte order mark", `\ufeffdata: ${ONE}\n\n`, `data: ${ONE}\n\n`],
  ["a last event without its blank line", `data: ${ONE}\n\ndata: ${TWO}`, SSE],
  ["keep-alives", `\n\n: ping\n\ndata: ${ONE}\n\n\n\ndata: ${TWO}\n\n`, SSE],
  [
    "several lines",
    'data: {\ndata:   "text": "a"\ndata: }\n\n',
    'data: {   "text": "a" }\n\n',
  ],
  [
    "line separators",
    'data: {"text":"a\u2028b\u2029c\u0085d"}\n\n',
    'data: {"text":"a\\u2028b\\u2029c\\u0085d"}\n\n',
  ],
];

Deno.test("Whatever dialect upstream speaks, the client gets the one that all clients read", async (t) => {
  for (const [name, upstream, clients] of DIALECTS) {
    await t.step(name, async () => {
      assert.equal((await streamOf(upstream)).body, clients);
    });
  }
});

Deno.test("[DONE] is passed on where upstream sent it, stripped where asked, and never invented", async (t) => {
  const done = `${SSE}data: [DONE]\n\n`;
  const strip = { doneSentinel: "strip" } as const;
  const cases = [
    ["sent", done, {}, done],
    ["not sent", SSE, {}, SSE],
    ["stripped", done, { streaming: strip }, SSE],
    ["not sent, stripped", SSE, { streaming: strip }, SSE],
    ["sent, to an array", done, { query: "?alt=json" }, ARRAY],
  ] as const;
  for (const [name, upstream, options, clients] of cases) {
    await t.step(name, async () => {
      const { body } = await streamOf(upstream, options);
      assert.equal(body, clients);
    });
  }
});

for (
  const [query, first, second] of [
    ["", `data: ${ONE}\n\n`, `data: ${TWO}\n\n`],
    ["?alt=json", `[${ONE}`, `\n,\r\n${TWO}`],
  ] as const
) {
  Deno.test(`Each event reaches the client as it comes (${query || "SSE"})`, async () => {
    const stream = scriptedStream();
    await using upstream = startTestUpstream(() => stream.response);
    await using gateway = await startTestGateway({
      accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
    });
    stream.write(`data: ${ONE}\r\n\r\n`);
    const asked = call(gateway.url, { method: "streamGenerateContent", query });
    const answer = await within(30_000, asked, { what: "The answer's head" });
    const reader = (answer.body ?? assert.fail()).pipeThrough(new TextDecoderStream()).getReader();
    async function read(what: string): Promise<string | undefined> {
      return (await within(30_000, reader.read(), { what })).value;
    }
    assert.equal(await read("The first event"), first);
    // An event that is not whole yet is kept back.
    stream.write(`data: ${TWO.slice(0, 9)}`);
    stream.write(`${TWO.slice(9)}\r\n\r\n`);
    assert.equal(await read("The second event"), second);
    stream.end();
    assert.equal(await read("The end"), query === "" ? undefined : "\n]");
    await reader.cancel();
  });
}

Deno.test("Events that come in pieces, cut inside a character, reach the client whole", async () => {
  await using gateway = await startEmulatedGateway();
  const chunks = ["Grüße ", "🌍🌍", "日本"];
  gateway.emulator.always("one", { type: "ok", chunks, splitUtf8: true });
  const answer = await call(gateway.url, { method: "streamGenerateContent" });
  const events = (await answer.text()).trimEnd().split("\n\n");
  assert.equal(events.length, 3);
  const texts = events.map((event) =>
    JSON.parse(event.slice(6)).candidates[0].content.parts[0].text
  );
  assert.deepEqual(texts, chunks);
});

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`A stream of a ${kind} account is native, with its usage noted at the end`, async () => {
    await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
    gateway.emulator.script("one", [{ type: "ok", chunks: ["a", "b", "c"] }]);
    const answer = await call(gateway.url, { method: "streamGenerateContent" });
    const events = (await answer.text()).trimEnd().split("\n\n");
    const bodies = events.map((event) => JSON.parse(event.replace(/^data: /, "")));
    assert.deepEqual(bodies.map(({ candidates }) => candidates[0].content.parts[0].text), [
      "a",
      "b",
      "c",
    ]);
    for (const body of bodies) {
      assert.equal(body.response, undefined);
      assert.equal(body.traceId, undefined);
    }
    const record = await gateway.waitForCall();
    assert.deepEqual([record.status, record.failure], [200, ""]);
    assert.equal(record.usage?.total, bodies.at(-1).usageMetadata.totalTokenCount);
  });
}

Deno.test("A thousand events arrive complete and in order, however they were bundled", async () => {
  const messages = Array.from({ length: 1000 }, (_, index) => ({ ...RESPONSE, index }));
  const { body } = await streamOf(await eventStream(...messages).text());
  assert.equal(body, messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join(""));
});
