/** What clients of translated streams get while the model is silent. @module */
import assert from "node:assert/strict";
import { delay } from "../../../src/base/delay.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import { within } from "../../support/deadline.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { scriptedStream, startTestUpstream } from "../../support/test_upstream.ts";

const CHUNK = 'data: {"candidates":[{"content":{"parts":[{"text":"a"}]}}]}\n\n';
const LAST = 'data: {"candidates":[{"finishReason":"STOP"}]}\n\n';
const CREATED = 'data: {"event_type":"interaction.created","interaction":{"id":"v1_a",' +
  '"status":"in_progress"}}\n\n';
const COMPLETED = 'data: {"event_type":"interaction.completed","interaction":{"id":"v1_a",' +
  '"status":"completed"}}\n\n';

const MESSAGES = [{ role: "user", content: "hi" }];
/** Longer than the clock of a test goes. */
const LONG_MS = 1e9;

/** Two rounds of the timer of all calls, in ms. */
const ROUNDS_MS = 500;

const COMMENT = ": ping\n\n";

interface Case {
  readonly path: string;
  readonly body: JsonObject;
  readonly ping?: string;
  readonly first?: string;
  readonly last?: string;
}

const CASES: Readonly<Record<string, Case>> = {
  "a chat": { path: "v1/chat/completions", body: { messages: MESSAGES }, ping: COMMENT },
  "a response": { path: "v1/responses", body: { input: "hi" }, ping: COMMENT },
  "a response that Google stores": {
    path: "v1/responses",
    body: { input: "hi", store: true },
    ping: COMMENT,
    first: CREATED,
    last: COMPLETED,
  },
  "a message": {
    path: "v1/messages",
    body: { max_tokens: 9, messages: MESSAGES },
    ping: 'event: ping\ndata: {"type":"ping"}\n\n',
  },
  "a native stream": {
    path: "v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
    body: { contents: [{ parts: [{ text: "hi" }] }] },
  },
};

for (const [name, { path, body, ping, first = CHUNK, last = LAST }] of Object.entries(CASES)) {
  const gets = ping === undefined ? "nothing" : "pings";
  Deno.test(`While the model is silent, the client of ${name} gets ${gets}`, async () => {
    const clock = new FakeClock();
    const stream = scriptedStream();
    await using upstream = startTestUpstream(() => stream.response);
    await using gateway = await startTestGateway({
      accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
      settings: { timeouts: { idleMs: LONG_MS, totalMs: LONG_MS } },
      clock,
    });
    // Otherwise a test that fails would wait for the stream.
    using _end = { [Symbol.dispose]: () => stream.end() };
    const isNative = path.includes(":");
    const asked = fetch(`${gateway.url}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(isNative ? body : { model: "gemini-2.5-flash", stream: true, ...body }),
    });
    stream.write(first);
    const response = await asked;
    assert.ok(response.ok && response.body !== null);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const read = async () => (await within(5_000, reader.read(), { what: "A frame" })).value ?? "";
    await read();
    const next = read();
    // Whatever a round of the timer sees first, the later ones are more than 15 s later.
    const timer = setInterval(() => clock.advance(16_000), 100);
    try {
      if (ping === undefined) await delay(ROUNDS_MS);
      else {
        assert.equal(await next, ping);
        assert.equal(await read(), ping);
      }
    } finally {
      clearInterval(timer);
    }
    stream.write(last);
    stream.end();
    let rest = ping === undefined ? await next : "";
    for (let text = await read(); text !== ""; text = await read()) rest += text;
    assert.ok(rest.length > 0);
    const pings = rest.split(ping ?? "ping").length - 1;
    assert.ok(pings <= (ping === undefined ? 0 : 1), rest);
  });
}
