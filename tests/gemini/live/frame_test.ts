/** What Pollux reads of the messages of Live sessions. @module */
import assert from "node:assert/strict";
import { readServerFrame } from "../../../src/gemini/live/frame.ts";
import { assertLinear } from "../../support/assert_linear.ts";

Deno.test("readServerFrame() reads usage, handles and the setup's end, in text and in bytes", () => {
  const message =
    '{"serverContent":{},"usageMetadata":{"promptTokenCount":2,"responseTokenCount":3,' +
    '"totalTokenCount":5},"sessionResumptionUpdate":{"newHandle":"h","resumable":true}}';
  for (const frame of [message, new TextEncoder().encode(message)]) {
    const { usage, handle, isSetupComplete } = readServerFrame(frame);
    assert.deepEqual(usage, {
      prompt: 2,
      cached: 0,
      tool: 0,
      candidates: 3,
      thoughts: 0,
      total: 5,
    });
    assert.equal(handle, "h");
    assert.equal(isSetupComplete, false);
  }
  const vertex = '{"usageMetadata":{"promptTokenCount":2,"candidatesTokenCount":3}}';
  assert.equal(readServerFrame(vertex).usage?.candidates, 3);
  assert.equal(readServerFrame('{"setupComplete":{"sessionId":"x"}}').isSetupComplete, true);
});

Deno.test("readServerFrame() takes no words of the content for members", () => {
  for (
    const frame of [
      '{"serverContent":{"a":{"usageMetadata":{"totalTokenCount":3}}}}',
      '{"serverContent":"\\"usageMetadata\\":{}"}',
      '{"sessionResumptionUpdate":{"newHandle":7}}',
      '{"sessionResumptionUpdate":{}}',
      '{"usageMetadata":7}',
      '{"usageMetadata"',
      "usageMetadata",
      '["setupComplete"]',
      "",
    ]
  ) {
    const { usage, handle, isSetupComplete } = readServerFrame(frame);
    assert.deepEqual([usage, handle, isSetupComplete], [undefined, undefined, false], frame);
  }
});

Deno.test("readServerFrame() takes linear time", () => {
  for (const piece of ['"usageMetadata"', '{"usageMetadata":', '"setupComplet', '\\"']) {
    assertLinear({
      make: (count) => {
        const text = piece.replaceAll('"', '\\"').repeat(count);
        return `{"serverContent":"${text}","usageMetadata":{}}`;
      },
      work: readServerFrame,
      from: 10_000,
    });
  }
});
