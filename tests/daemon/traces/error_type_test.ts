/** Why an attempt failed, in spans and metrics. @module */
import assert from "node:assert/strict";
import { errorTypeOf } from "../../../src/daemon/traces/error_type.ts";
import { newCallRecord } from "../../../src/server/call/call_record.ts";
import type { TracedAttempt } from "../../../src/server/explain/call_trace.ts";

function typeOf(code: number, status: string, failure = ""): string | undefined {
  const record = Object.assign(newCallRecord(0), { failure });
  return errorTypeOf(record, { code, status, ms: 1 } as TracedAttempt, true);
}

Deno.test("errorTypeOf() has the codes of google.rpc and HTTP only: an upstream makes up no values", () => {
  assert.equal(typeOf(200, ""), undefined);
  assert.equal(typeOf(200, "", "It was cut off"), "_OTHER");
  assert.equal(typeOf(429, "RESOURCE_EXHAUSTED"), "RESOURCE_EXHAUSTED");
  for (const status of ["PLANTED_KEY_0001", "A".repeat(100_000), "constructor", ""]) {
    assert.equal(typeOf(418, status), "418");
    assert.equal(typeOf(0, status), "_OTHER");
  }
});
