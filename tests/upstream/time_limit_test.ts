/** A limit aborts once, unless the work is over. @module */
import assert from "node:assert/strict";
import { timeLimit } from "../../src/upstream/time_limit.ts";
import { UpstreamFault } from "../../src/upstream/faults/upstream_fault.ts";

Deno.test("timeLimit() aborts at its limit, with a transient fault that says why", async () => {
  const { signal, dispose } = timeLimit(1, "It took too long");
  assert.equal(signal.aborted, false);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  const { reason } = signal;
  assert.ok(reason instanceof UpstreamFault);
  assert.equal(reason.scope, "transient");
  assert.equal(reason.rpc.code, 504);
  assert.equal(reason.rpc.status, "DEADLINE_EXCEEDED");
  assert.equal(reason.message, "It took too long");
  dispose();
});

Deno.test("timeLimit() never aborts once it is disposed of", async () => {
  const disposed = timeLimit(1, "disposed");
  disposed.dispose();
  const later = timeLimit(2, "later");
  await new Promise((resolve) => later.signal.addEventListener("abort", resolve));
  assert.equal(disposed.signal.aborted, false);
});
