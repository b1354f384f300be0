/** What a call is told that no account answers. @module */
import assert from "node:assert/strict";
import { retryInfo, RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import {
  everyAccountCools,
  everyAccountIsBusy,
  noAccount,
  refusedAgain,
} from "../../../src/server/dispatch/no_account.ts";

const NOW_MS = Date.parse("2026-11-28T12:00:00Z");
const DETAIL = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "R" };

Deno.test("everyAccountCools() says how soon the first one is back, beyond a minute at which time, and why", () => {
  const facts = { subject: "m", nowMs: NOW_MS, reason: "Kept words", last: undefined };
  const cases = [
    [1, 'Every account is cooling down for "m"; the first one is back in 1 s'],
    [60_000, 'Every account is cooling down for "m"; the first one is back in 60 s'],
    [
      60_000.5,
      'Every account is cooling down for "m"; the first one is back in 61 s (at 2026-11-28T12:01:01Z)',
    ],
  ] as const;
  for (const [retryAfterMs, words] of cases) {
    const error = everyAccountCools({ ...facts, retryAfterMs });
    assert.equal(error.message, `${words}. Upstream said: Kept words`);
    assert.equal(error.retryAfterMs, Math.ceil(retryAfterMs));
    assert.deepEqual(error.details, [retryInfo(Math.ceil(retryAfterMs))]);
  }
  assert.doesNotMatch(
    everyAccountCools({ ...facts, reason: "", retryAfterMs: 1 }).message,
    /Upstream said/,
  );
});

Deno.test("everyAccountCools() prefers what upstream said to this very call, but for its own delay", () => {
  const details = [DETAIL, retryInfo(9000)];
  const last = new RpcError("RESOURCE_EXHAUSTED", "Fresh words", { details });
  const facts = { subject: "m", nowMs: NOW_MS, reason: "Kept words", last, retryAfterMs: 2000 };
  const error = everyAccountCools(facts);
  assert.match(error.message, /Upstream said: Fresh words$/);
  assert.deepEqual(error.details, [DETAIL, retryInfo(2000)]);
});

Deno.test("refusedAgain() repeats upstream's refusal without a time to come back", () => {
  const details = [DETAIL, retryInfo(9000)];
  const error = refusedAgain("Not here", { code: 402, status: "FAILED_PRECONDITION", details });
  assert.deepEqual(
    [error.message, error.code, error.status, error.details, error.retryAfterMs],
    ["Not here", 402, "FAILED_PRECONDITION", [DETAIL], undefined],
  );
  const unknown = refusedAgain("Not you", undefined);
  assert.deepEqual([unknown.code, unknown.status], [403, "PERMISSION_DENIED"]);
});

Deno.test("everyAccountIsBusy() asks to come back in a second", () => {
  const error = everyAccountIsBusy("m");
  assert.equal(error.retryAfterMs, 1000);
  assert.deepEqual(error.details, [retryInfo(1000)]);
});

Deno.test("noAccount() tells accounts that are disabled from none", () => {
  assert.match(noAccount(0).message, /^No account is configured\. Add one/);
  assert.match(noAccount(1).message, /^No account is in use: 1 is disabled\. Enable one/);
  assert.match(noAccount(2).message, /^No account is in use: 2 are disabled\. Enable one/);
});
