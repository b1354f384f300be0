import assert from "node:assert/strict";
import { dataFrame, eventFrame } from "../../../../src/formats/shared/response/sse_frames.ts";
import { warningOf } from "../../../../src/formats/shared/fields/warning.ts";

Deno.test("Frames are one line of JSON each, also for clients that split at Unicode's separators", () => {
  const text = "a\nb\r\u0085\u2028\u2029c";
  for (const frame of [dataFrame({ text }), eventFrame("e", { text })]) {
    const data = frame.split("data: ")[1] ?? "";
    assert.ok(!/[\n\r\u0085\u2028\u2029]/.test(data.slice(0, -2)));
    assert.deepEqual(JSON.parse(data), { text });
    assert.ok(frame.endsWith("\n\n"));
  }
  assert.ok(eventFrame("e", {}).startsWith("event: e\n"));
});

Deno.test("warningOf() gives a text that a header can hold", () => {
  assert.equal(warningOf([]), undefined);
  assert.equal(warningOf(["a", "bü\r\nc"]), "a; b???c");
  assert.equal(warningOf(["x".repeat(5000)])?.length, 1000);
});
