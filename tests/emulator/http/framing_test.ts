import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import {
  ARRAY_FRAMING,
  prettyJson,
  splitInsideCharacter,
  sseFraming,
} from "../../../src/emulator/http/framing.ts";
import { accessToken, callInternal, callWithKey, envelope } from "../calls.ts";

const EVENTS = [{ a: 1 }, { b: "é" }];
const SSE = { method: "streamGenerateContent", query: "?alt=sse" };

Deno.test("streamGenerateContent with alt=sse has Google's bytes and headers", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.script("a", [{ type: "ok", events: EVENTS }]);
  const response = await callWithKey(emulator, key, SSE);
  assert.equal(await response.text(), 'data: {"a":1}\r\n\r\ndata: {"b":"é"}\r\n\r\n');
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.equal(response.headers.get("content-disposition"), "attachment");
  assert.equal(response.headers.get("server"), "scaffolding on HTTPServer2");
  // Deno 2.7 puts "Accept-Encoding" before it.
  assert.match(response.headers.get("vary") ?? "", /Origin, X-Origin, Referer$/);
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.equal(response.headers.get("content-encoding"), null);
});

Deno.test("streamGenerateContent without alt=sse has Google's array", async (t) => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  for (const query of ["", "?alt=json", "?%24alt=json%3Benum-encoding%3Dint"]) {
    await t.step(query, async () => {
      emulator.script("a", [{ type: "ok", events: EVENTS }]);
      const response = await callWithKey(emulator, key, { ...SSE, query });
      assert.equal(
        await response.text(),
        '[{\n  "a": 1\n}\n,\r\n{\n  "b": "é"\n}\n]',
      );
      assert.equal(response.headers.get("content-type"), "application/json; charset=UTF-8");
      assert.equal(response.headers.get("content-disposition"), null);
    });
  }
});

Deno.test("generateContent is pretty-printed, unless prettyPrint is false", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.always("a", { type: "ok", events: EVENTS });
  assert.equal(await (await callWithKey(emulator, key)).text(), '{\n  "a": 1\n}\n');
  const compact = await callWithKey(emulator, key, { query: "?prettyPrint=false" });
  assert.equal(await compact.text(), '{"a":1}');
});

Deno.test("Code Assist wraps each event and has its own headers", async () => {
  await using emulator = await startEmulator();
  const token = await accessToken(emulator.addUser("a"));
  emulator.script("a", [{ type: "ok", events: EVENTS }]);
  const response = await callInternal(emulator, token, { ...SSE, body: envelope() });
  assert.equal(
    await response.text(),
    'data: {"response":{"a":1},"traceId":"0000000000000001"}\r\n\r\n' +
      'data: {"response":{"b":"é"},"traceId":"0000000000000001"}\r\n\r\n',
  );
  assert.equal(response.headers.get("server"), "ESF");
  assert.match(response.headers.get("x-cloudaicompanion-trace-id") ?? "", /^[0-9a-f]{16}$/);
});

Deno.test("sseFraming() ends lines and the last event as it is told", () => {
  assert.deepEqual(sseFraming({ lineEnd: "lf" }).frames([1, 2]), ["data: 1\n\n", "data: 2\n\n"]);
  assert.deepEqual(sseFraming({ lineEnd: "cr" }).frames([1]), ["data: 1\r\r"]);
  assert.deepEqual(sseFraming({ ending: "no-blank-line" }).frames([1, 2]), [
    "data: 1\r\n\r\n",
    "data: 2",
  ]);
  assert.deepEqual(sseFraming({ ending: "truncated" }).frames([{ abc: 1 }]), ["data: {"]);
});

Deno.test("ARRAY_FRAMING closes the array after an error, first or later", () => {
  const error = { error: {} };
  assert.deepEqual(JSON.parse(ARRAY_FRAMING.errorFrame(error, 0)), [error]);
  const stream = ARRAY_FRAMING.frames([1, 2]).join("") + ARRAY_FRAMING.errorFrame(error, 2);
  assert.deepEqual(JSON.parse(stream), [1, 2, error]);
  assert.equal(prettyJson({}), "{}\n");
});

Deno.test("splitInsideCharacter() cuts after the lead byte of the first long sequence", () => {
  const bytes = new TextEncoder().encode("a😀b");
  assert.deepEqual(splitInsideCharacter(bytes).map((piece) => piece.length), [2, 4]);
  const ascii = new TextEncoder().encode("ab");
  assert.deepEqual(splitInsideCharacter(ascii), [ascii]);
});

Deno.test("ok with splitUtf8 and each line end still carries the same events", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  for (const lineEnd of ["crlf", "lf", "cr"] as const) {
    emulator.script("a", [{ type: "ok", events: EVENTS, lineEnd, splitUtf8: true }]);
    const lines = (await (await callWithKey(emulator, key, SSE)).text()).split(/\r\n|\r|\n/);
    assert.deepEqual(lines, ['data: {"a":1}', "", 'data: {"b":"é"}', "", ""]);
  }
});
