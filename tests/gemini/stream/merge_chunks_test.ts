/** Chunks of a stream as one response. @module */
import assert from "node:assert/strict";
import { mergeChunks } from "../../../src/gemini/stream/merge_chunks.ts";

function merged(...chunks: readonly string[]): string {
  const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk));
  return new TextDecoder().decode(mergeChunks(bytes));
}

Deno.test("mergeChunks() gives a single chunk byte for byte", () => {
  const chunk = '{ "candidates" : [ ] , "n":1.0}';
  assert.equal(merged(chunk), chunk);
});

Deno.test("mergeChunks() puts the parts of each candidate one behind the other", () => {
  const whole = merged(
    '{"candidates":[{"content":{"role":"model","parts":[{"text":"a"}]},"index":0},' +
      '{"content":{"parts":[{"text":"x"}]},"index":1}]}',
    '{"candidates":[{"content":{"parts":[{"text":"y"}]},"index":1,"finishReason":"STOP"}]}',
    '{"candidates":[{"content":{"parts":[{"functionCall":{"args":{"n":1.0}}},{"text":"b"}]}}]}',
    '{"candidates":[{"finishReason":"MAX_TOKENS","index":0}]}',
  );
  assert.equal(
    whole,
    '{"candidates":[{"content":{"role":"model","parts":[{"text":"a"},' +
      '{"functionCall":{"args":{"n":1.0}}},{"text":"b"}]},"index":0,"finishReason":"MAX_TOKENS"},' +
      '{"content":{"parts":[{"text":"x"},{"text":"y"}]},"index":1,"finishReason":"STOP"}]}',
  );
});

Deno.test("mergeChunks() keeps what was said last of everything else, by its bytes", () => {
  const whole = merged(
    '{"usageMetadata":{"totalTokenCount":1},"modelVersion":"m"}',
    '{"usageMetadata":{"totalTokenCount":12345678901234567890},"new\\u0046ield":1e400}',
  );
  assert.equal(
    whole,
    '{"usageMetadata":{"totalTokenCount":12345678901234567890},"modelVersion":"m","newField":1e400}',
  );
});

Deno.test("mergeChunks() keeps candidates that are not as they should be", () => {
  assert.equal(
    merged('{"candidates":[{"content":null}]}', '{"candidates":[{"content":{"parts":{}}}]}'),
    '{"candidates":[{"content":{"parts":{}}}]}',
  );
  assert.equal(merged('{"candidates":null}', '{"candidates":[]}'), '{"candidates":null}');
});

Deno.test("mergeChunks() tells candidates apart by their place where they have no index, and sorts them", () => {
  assert.equal(
    merged(
      '{"candidates":[{"content":{"parts":[1]}},{"content":{"parts":[2]}}]}',
      '{"candidates":[{"content":{"parts":[3]}},{"content":{"parts":[4]}}]}',
    ),
    '{"candidates":[{"content":{"parts":[1,3]}},{"content":{"parts":[2,4]}}]}',
  );
  assert.equal(
    merged('{"candidates":[{"index":1}]}', '{"candidates":[{"index":0,"finishReason":"STOP"}]}'),
    '{"candidates":[{"index":0,"finishReason":"STOP"},{"index":1}]}',
  );
});

Deno.test("mergeChunks() keeps ten thousand names at the top, and what was said last of those", () => {
  const names = Array.from({ length: 10_001 }, (_, nth) => `"n${nth}":0`);
  const whole = JSON.parse(merged(`{${names.join()}}`, '{"n9999":1,"n10000":1}'));
  assert.equal(Object.keys(whole).length, 10_000);
  assert.deepEqual([whole.n9999, whole.n10000], [1, undefined]);
});
