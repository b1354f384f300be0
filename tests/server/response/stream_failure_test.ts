import assert from "node:assert/strict";
import type { Outcome } from "../../../src/emulator/emulator.ts";
import { within } from "../../support/deadline.ts";
import { ACCOUNT_KINDS } from "../../../src/gemini/api/account_kinds.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, checkedError, errorOf } from "../../support/gemini_call.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { encode, rawRequest } from "../../support/raw_http.ts";
import {
  eventStream,
  RESPONSE,
  scriptedStream,
  startTestUpstream,
} from "../../support/test_upstream.ts";

interface Failure {
  readonly name: string;
  readonly outcome: Outcome;
  /** Good events before it. */
  readonly events: number;
  readonly code: number;
  readonly says: RegExp;
}

const MID_STREAM: readonly Failure[] = [
  {
    name: "the connection is reset",
    outcome: { type: "reset-mid-stream", afterEvents: 1 },
    events: 1,
    code: 503,
    says: /^The connection to http:\/\/127\.0\.0\.1:\d+ failed: .+\. Try again in a moment$/,
  },
  {
    name: "an error event",
    outcome: { type: "error-mid-stream", afterEvents: 1 },
    events: 1,
    code: 503,
    says: /^The model is overloaded/,
  },
  {
    name: "a bare JSON error",
    outcome: { type: "error-mid-stream", afterEvents: 1, raw: true },
    events: 1,
    code: 503,
    says: /^The model is overloaded/,
  },
  {
    name: "an error event with details",
    outcome: { type: "error-mid-stream", afterEvents: 1, error: "429-daily" },
    events: 1,
    code: 429,
    says: /^You exceeded your current quota/,
  },
  {
    name: "half an event",
    outcome: { type: "ok", chunks: ["a", "b", "c"], ending: "truncated" },
    events: 2,
    code: 503,
    says: /./,
  },
];

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`A ${kind} stream that fails midway ends with what every client notices`, async (t) => {
    for (const { name, outcome, events, code, says } of MID_STREAM) {
      await t.step(`SSE: ${name}`, async () => {
        await using gateway = await startEmulatedGateway({ accounts: { one: kind, two: kind } });
        for (const account of ["one", "two"]) gateway.emulator.always(account, outcome);
        const answer = await call(gateway.url, { method: "streamGenerateContent" });
        assert.equal(answer.status, 200);
        const blocks = (await answer.text()).split("\n\n");
        assert.equal(blocks.length, events + 2);
        for (const block of blocks.slice(0, events)) {
          assert.ok(JSON.parse(block.slice("data: ".length)).candidates, block);
        }
        const [framed = "", bare = ""] = blocks.slice(events);
        assert.ok(framed.startsWith('data: {"error":{"code":'), framed);
        assert.equal(bare, `${framed.slice("data: ".length)}\n`);
        const error = checkedError(code, bare);
        assert.match(error.message, says);
        if (code === 429) assert.match(error.details?.[0]?.["@type"] ?? "", /QuotaFailure$/);
        const record = await gateway.waitForCall();
        assert.deepEqual([record.status, record.failure], [200, error.message]);
        assert.equal(record.attempts, 1);
      });
      await t.step(`array: ${name}`, async () => {
        await using gateway = await startEmulatedGateway({ accounts: { one: kind } });
        gateway.emulator.always("one", outcome);
        const query = "?$alt=json;enum-encoding=int";
        const answer = await call(gateway.url, { method: "streamGenerateContent", query });
        assert.equal(answer.status, 200);
        const text = await answer.text();
        const items = JSON.parse(`${text}]`);
        assert.equal(items.length, events + 1);
        assert.ok(text.endsWith("}"));
        assert.match(checkedError(code, JSON.stringify(items.at(-1))).message, says);
        assert.notEqual((await gateway.waitForCall()).failure, "");
      });
    }
  });
}

/** What upstream may answer in place of a first event. */
const AT_ONCE: readonly Outcome[] = [
  { type: "reset-mid-stream", afterEvents: 0 },
  { type: "error-mid-stream", afterEvents: 0 },
  { type: "error-mid-stream", afterEvents: 0, raw: true },
  { type: "error-mid-stream", afterEvents: 0, error: "429-bare" },
  { type: "ok", chunks: ["half of the only event"], ending: "truncated" },
  "reset",
  "empty-body",
  "empty-answer",
  "html-502",
  "500",
  "503",
  "529",
  "429-bare",
  "404",
  { type: "429-daily", body: "array" },
  { type: "429-daily", body: "event-stream" },
];

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`A ${kind} stream that fails before its first event goes on elsewhere, unseen`, async (t) => {
    for (const outcome of AT_ONCE) {
      await t.step(JSON.stringify(outcome), async () => {
        await using gateway = await startEmulatedGateway({ accounts: { one: kind, two: kind } });
        gateway.emulator.always("one", outcome);
        gateway.emulator.always("two", { type: "ok", chunks: ["a", "b"] });
        const answer = await call(gateway.url, { method: "streamGenerateContent" });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get("x-pollux-account"), "two");
        assert.equal(answer.headers.get("x-pollux-attempts"), "2");
        const events = (await answer.text()).trimEnd().split("\n\n");
        const texts = events.map((event) =>
          JSON.parse(event.slice("data: ".length)).candidates[0].content.parts[0].text
        );
        assert.deepEqual(texts, ["a", "b"]);
        assert.equal((await gateway.waitForCall()).failure, "");
      });
    }
  });

  Deno.test(`A whole answer of a ${kind} account that is none goes on elsewhere`, async (t) => {
    for (const type of ["empty-body", "empty-answer", "html-502", "reset"] as const) {
      await t.step(type, async () => {
        await using gateway = await startEmulatedGateway({ accounts: { one: kind, two: kind } });
        gateway.emulator.always("one", type);
        const answer = await call(gateway.url);
        assert.equal(answer.status, 200);
        assert.ok((await answer.json()).candidates);
        assert.equal(answer.headers.get("x-pollux-account"), "two");
      });
    }
  });
}

Deno.test("A whole answer that holds counts alone goes on elsewhere where it is read at all", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "code-assist", two: "code-assist" },
  });
  gateway.emulator.always("one", { type: "ok", events: [COUNTED] });
  const answer = await call(gateway.url);
  assert.equal(answer.headers.get("x-pollux-account"), "two");
  assert.ok((await answer.json()).candidates);
});

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`Half of a whole answer of a ${kind} account is left for another account's`, async () => {
    await using gateway = await startEmulatedGateway({ accounts: { one: kind, two: kind } });
    gateway.emulator.always("one", { type: "reset-mid-stream", afterEvents: 0 });
    const answer = await call(gateway.url);
    assert.ok((await answer.json()).candidates);
    assert.equal(answer.headers.get("x-pollux-attempts"), "2");
  });
}

Deno.test("A stream of [DONE] alone is no answer", async () => {
  await using upstream = startTestUpstream((_, index) =>
    index === 0
      ? new Response("data: [DONE]\n\n", { headers: eventStream().headers })
      : eventStream(RESPONSE)
  );
  await using gateway = await startTestGateway({
    accounts: ["one", "two"].map((name) => ({
      name,
      baseUrls: [upstream.url],
      key: "planted-key",
    })),
  });
  const answer = await call(gateway.url, { method: "streamGenerateContent" });
  assert.equal(await answer.text(), `data: ${JSON.stringify(RESPONSE)}\n\n`);
  assert.equal(answer.headers.get("x-pollux-attempts"), "2");
});

const COUNTED = { usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 }, responseId: "r" };
const EMPTY_CANDIDATE = {
  candidates: [{ content: { role: "model", parts: [{ text: "" }] }, index: 0 }],
};

/** What may come before the content, or in its place. */
const WITHOUT_CONTENT: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  "counts alone": [COUNTED],
  "no candidate": [{ candidates: [], ...COUNTED }],
  "an empty candidate": [EMPTY_CANDIDATE],
  "a candidate without content": [{ candidates: [{ index: 0 }] }, {
    candidates: [{ content: {} }],
  }],
  "feedback without a block": [{ promptFeedback: { safetyRatings: [] } }],
  "all of that": [COUNTED, EMPTY_CANDIDATE, {}, { candidates: [] }],
};

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`A ${kind} stream that ends before any content goes on elsewhere, unseen`, async (t) => {
    for (const [name, events] of Object.entries(WITHOUT_CONTENT)) {
      await t.step(name, async () => {
        await using gateway = await startEmulatedGateway({ accounts: { one: kind, two: kind } });
        gateway.emulator.always("one", { type: "ok", events });
        gateway.emulator.always("two", { type: "ok", chunks: ["a"] });
        const answer = await call(gateway.url, { method: "streamGenerateContent" });
        assert.equal(answer.headers.get("x-pollux-account"), "two");
        const { candidates } = JSON.parse((await answer.text()).slice("data: ".length));
        assert.equal(candidates[0].content.parts[0].text, "a");
      });
    }
  });
}

Deno.test("A stream that fails after events without content goes on elsewhere, unseen", async () => {
  const error = { error: { code: 503, message: "Overloaded" } };
  await using upstream = startTestUpstream((_, index) =>
    index === 0 ? eventStream(COUNTED, error) : eventStream(RESPONSE)
  );
  await using gateway = await startTestGateway({
    accounts: ["one", "two"].map((name) => ({ name, baseUrls: [upstream.url], key: "k" })),
  });
  const answer = await call(gateway.url, { method: "streamGenerateContent" });
  assert.equal(await answer.text(), `data: ${JSON.stringify(RESPONSE)}\n\n`);
});

Deno.test("A stream without any event is told as an error where nobody else could answer", async () => {
  await using gateway = await startEmulatedGateway();
  gateway.emulator.always("one", "empty-body");
  const answer = await call(gateway.url, { method: "streamGenerateContent" });
  const error = await errorOf(answer);
  assert.equal(error.code, 503);
  assert.match(error.message, /^Upstream sent a stream without a response/);
});

Deno.test("What comes before the content reaches the client with it, at once and untouched", async () => {
  const stream = scriptedStream();
  await using upstream = startTestUpstream(() => stream.response);
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "k" }],
  });
  const before = [COUNTED, EMPTY_CANDIDATE].map((json) => `data: ${JSON.stringify(json)}\n\n`);
  const content =
    'data: {"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}\n\n';
  for (const event of before) stream.write(event);
  stream.write(content);
  // Upstream goes on: a response that waited for more would never come.
  const asked = call(gateway.url, { method: "streamGenerateContent" });
  const answer = await within(20_000, asked, { what: "The answer's head" });
  const reader = (answer.body ?? assert.fail()).pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (text.length < before.join("").length + content.length) {
    const { value } = await within(20_000, reader.read(), { what: "The first content" });
    text += value ?? assert.fail(text);
  }
  assert.equal(text, before.join("") + content);
  stream.end();
  assert.equal((await reader.read()).done, true);
});

Deno.test("An upstream that sends events without content for ever gets its client at last", async () => {
  await using upstream = startTestUpstream(() =>
    eventStream(...Array.from({ length: 1000 }, () => COUNTED))
  );
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "k" }],
  });
  const answer = await call(gateway.url, { method: "streamGenerateContent" });
  assert.equal((await answer.text()).split("\n\n").length, 1001);
});

Deno.test("The bare error comes in a write of its own, as some clients only then notice it", async () => {
  await using gateway = await startEmulatedGateway();
  gateway.emulator.always("one", { type: "error-mid-stream", afterEvents: 1 });
  const body = '{"contents":[{"parts":[{"text":"Say something made up"}]}]}';
  const answer = await rawRequest(
    gateway.port,
    encode(
      "POST /v1beta/models/gemini-2.5-flash:streamGenerateContent HTTP/1.1\r\nHost: localhost\r\n" +
        `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    ),
  );
  // Each chunk of the chunked framing is one write.
  const chunks = answer.body.split(/(?:\r\n|^)[0-9a-f]+\r\n/i).filter((chunk) => chunk !== "");
  assert.equal(chunks.filter((chunk) => chunk.startsWith('{"error":')).length, 1);
  assert.equal(chunks.filter((chunk) => chunk.startsWith('data: {"error":')).length, 1);
});
