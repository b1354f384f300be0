/** The quota of the demo's first account. @module */
import assert from "node:assert/strict";
import { EXHAUSTED_MS, smallQuota } from "../../../src/cli/demo/demo_accounts.ts";

Deno.test("smallQuota() refuses every second call, and then all until the time that it names; by model", () => {
  let now = 1_000_000;
  const quota = smallQuota(() => now);
  const call = (model: string) => quota({ method: "generateContent", model });
  const refused = (delayMs: number) => ({ type: "429-short", delayMs });
  assert.equal(call("a"), "ok");
  assert.deepEqual(call("a"), refused(EXHAUSTED_MS));
  now += 5000;
  assert.deepEqual(call("a"), refused(EXHAUSTED_MS - 5000));
  assert.equal(call("b"), "ok");
  now += EXHAUSTED_MS - 5000;
  assert.equal(call("a"), "ok");
  assert.deepEqual(call("a"), refused(EXHAUSTED_MS));
});

Deno.test("smallQuota() has enough for what only accounts of the Gemini API can do", () => {
  const quota = smallQuota(() => 1_000_000);
  for (
    const method of [
      "batchGenerateContent",
      "asyncBatchEmbedContent",
      "generateAnswer",
      "bidiGenerateContentConstrained",
    ]
  ) {
    for (const turn of [1, 2, 3]) {
      assert.equal(quota({ method, model: "a" }), "ok", `${method} ${turn}`);
    }
  }
  for (const method of ["interactions.create", "predictLongRunning", "bidiGenerateContent"]) {
    assert.equal(quota({ method, model: method }), "ok");
    assert.notEqual(quota({ method, model: method }), "ok", method);
  }
});
