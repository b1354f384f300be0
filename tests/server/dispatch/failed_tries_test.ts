/** What is recorded of the accounts that a call asked in vain. @module */
import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call } from "../../support/gemini_call.ts";

Deno.test("A rotated call's record tells each account that failed, whose fault it was, its words and delay", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "code-assist", three: "gemini-api" },
  });
  gateway.emulator.always("one", { type: "429-short", delayMs: 30_000 });
  gateway.emulator.always("two", "403-validation");
  for (const method of ["generateContent", "streamGenerateContent"] as const) {
    gateway.emulator.always("three", method === "generateContent" ? "ok" : "reset");
    await (await call(gateway.url, { method })).text();
    if (method === "streamGenerateContent") continue;
    const { account, attempts, failedTries } = gateway.calls[0] ?? assert.fail();
    assert.deepEqual([account, attempts], ["three", 3]);
    assert.deepEqual(
      failedTries.map((
        { account, owner, delayMs, requests },
      ) => [account, owner, delayMs, requests]),
      [["one", "account-model", 30_000, 1], ["two", "account", undefined, 1]],
    );
    assert.match(failedTries[0]?.why ?? "", /^You exceeded your current quota/);
    assert.match(failedTries[1]?.why ?? "", /^Verify your account to continue/);
  }
  const broken = gateway.calls[1] ?? assert.fail();
  assert.equal(broken.status, 503);
  assert.ok(broken.failedTries.length > 0);
  assert.ok(
    broken.failedTries.every(({ account, owner }) => account === "three" && owner === "network"),
  );
});

Deno.test("A call that its own fault ends, and one that is answered at once, asked nobody in vain", async () => {
  await using gateway = await startEmulatedGateway({ accounts: { one: "gemini-api" } });
  await (await call(gateway.url)).text();
  await (await call(gateway.url, { body: '{"contents": 1}' })).text();
  assert.deepEqual(gateway.calls.map(({ failedTries }) => failedTries), [[], []]);
});
