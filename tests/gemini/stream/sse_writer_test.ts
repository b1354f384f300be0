/** The SSE dialect, held against the ways in which clients cut it. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { joinBytes } from "../../../src/base/join_bytes.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { SseWriter } from "../../../src/gemini/stream/sse_writer.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Where Python's `str.splitlines`, with which google-genai reads, breaks lines; without U+001C to
 * U+001E, which cannot stand in JSON.
 */
const PYTHON_LINE_END = /\r\n|[\n\r\v\f\x85\u2028\u2029]/;

/** An event as @google/generative-ai takes it off its buffer; its dot stops at U+2028 and U+2029. */
const OLD_JS_EVENT = /^data\: (.*)(?:\n\n|\r\r|\r\n\r\n)/;

function event(json: string): string {
  return decoder.decode(joinBytes(new SseWriter().data(encoder.encode(json))));
}

Deno.test("SseWriter writes a chunk as one data line and a blank line", () => {
  assert.equal(event('{"a":"é😀"}'), 'data: {"a":"é😀"}\n\n');
  assert.equal(new SseWriter().contentType, "text/event-stream");
});

Deno.test("SseWriter escapes the line separators that some clients break lines at", () => {
  assert.equal(
    event('{"a":"x\u2028\u2029\u0085y\u2027\u202a\u0084\u0086“é"}'),
    'data: {"a":"x\\u2028\\u2029\\u0085y\u2027\u202a\u0084\u0086“é"}\n\n',
  );
  for (const separator of ["\u2028", "\u2029", "\u0085"]) {
    const unit = separator.charCodeAt(0).toString(16).padStart(4, "0");
    assert.equal(event(`{"a":"${separator}"}`), `data: {"a":"\\u${unit}"}\n\n`);
  }
});

Deno.test("SseWriter puts pretty-printed JSON on one line", () => {
  assert.equal(event('{\r\n  "a": 1,\n  "b": 2\r}'), 'data: {    "a": 1,   "b": 2 }\n\n');
  assert.equal(event('\ufeff{"a":1,\r"b":2}'), 'data: \ufeff{"a":1, "b":2}\n\n');
});

Deno.test("SseWriter changes no byte of a payload that is one line", () => {
  const json = Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0xc2, 0x7d, 0xff);
  assert.deepEqual([...joinBytes(new SseWriter().data(json)).subarray(6, -2)], [...json]);
});

Deno.test("SseWriter gives every client the same JSON, however it is written", () => {
  const texts = fc.string({
    unit: fc.oneof(
      fc.constantFrom("\u2028", "\u2029", "\u0085", "\u00c2", "\u2080", "\n", '"', "\\"),
      fc.string(),
    ),
  });
  const objects = fc.dictionary(fc.string(), fc.oneof(texts, fc.jsonValue()));
  fc.assert(fc.property(objects, fc.constantFrom(undefined, 2, "\r\n"), (object, indent) => {
    const json = JSON.stringify(object, null, indent);
    const expected = JSON.parse(json);
    const framed = event(json);
    const [line = "", ...rest] = framed.split(PYTHON_LINE_END);
    assert.deepEqual(rest, ["", ""]);
    assert.ok(line.startsWith("data: "));
    assert.deepEqual(JSON.parse(line.slice("data: ".length)), expected);
    const [whole, payload] = OLD_JS_EVENT.exec(framed) ?? [];
    assert.equal(whole, framed);
    assert.deepEqual(JSON.parse(payload ?? ""), expected);
  }));
});

Deno.test("SseWriter.done() writes [DONE], and end() nothing", () => {
  assert.equal(decoder.decode(new SseWriter().done()), "data: [DONE]\n\n");
  assert.equal(new SseWriter().end().length, 0);
});

Deno.test("SseWriter.error() writes the error as an event, then as a line of bare JSON", () => {
  const error = new RpcError("UNAVAILABLE", "Line one\nline two\u2028\u0085", {
    retryAfterMs: 1500,
  });
  const pieces = new SseWriter().error(error).map((bytes) => decoder.decode(bytes));
  const json =
    '{"error":{"code":503,"message":"Line one\\nline two\\u2028\\u0085","status":"UNAVAILABLE",' +
    '"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.5s"}]}}';
  assert.deepEqual(pieces, [`data: ${json}\n\n`, `${json}\n`]);
});
