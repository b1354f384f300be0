/** What a streamed response holds while it lasts: not the request, whose memory was given back. @module */
import assert from "node:assert/strict";
import { collectGarbage } from "../../support/collect_garbage.ts";
import { call, said } from "../../support/gemini_call.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { scriptedStream, startTestUpstream } from "../../support/test_upstream.ts";

const MIB = 1024 * 1024;
const STREAMS = 6;
const BODY_BYTES = 8 * MIB;

const FIRST = 'data: {"candidates":[{"content":{"role":"model","parts":[{"text":"a"}]}}]}\n\n';
const LAST = 'data: {"candidates":[{"finishReason":"STOP"}]}\n\n';

const FUNCTIONS = { tools: [{ functionDeclarations: [{ name: "f" }] }] };

const REQUESTS = { plain: {}, "with functions": FUNCTIONS, "with edits": { sessionId: "s" } };

for (const [what, more] of Object.entries(REQUESTS)) {
  Deno.test(`Streams under way hold none of their requests' bodies, ${what}`, async () => {
    const scripts: ReturnType<typeof scriptedStream>[] = [];
    await using upstream = startTestUpstream(() => {
      const script = scriptedStream();
      scripts.push(script);
      script.write(FIRST);
      return script.response;
    });
    await using gateway = await startTestGateway({
      accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
      // Room for one body at a time: a stream that begins leaves it to the next.
      settings: { server: { maxMemoryBytes: BODY_BYTES + MIB } },
    });
    await collectGarbage();
    const before = Deno.memoryUsage().external;
    const readers: ReadableStreamDefaultReader<Uint8Array>[] = [];
    for (let nth = 0; nth < STREAMS; nth++) {
      const body = JSON.stringify({ ...said("x".repeat(BODY_BYTES)), ...more });
      const method = "streamGenerateContent";
      const response = await call(gateway.url, { method, query: "?alt=sse", body });
      assert.equal(response.status, 200);
      const reader = response.body?.getReader();
      assert.ok(reader);
      await reader.read();
      readers.push(reader);
    }
    await collectGarbage();
    await collectGarbage();
    const held = Deno.memoryUsage().external - before;
    for (const script of scripts) {
      script.write(LAST);
      script.end();
    }
    for (const reader of readers) while (!(await reader.read()).done);
    assert.ok(held < STREAMS * BODY_BYTES / 2, `${(held / MIB).toFixed()} MiB are held`);
  });
}
