/** The quotas of accounts in use, as Code Assist states them. @module */
import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, textOf } from "../../support/gemini_call.ts";
import { within } from "../../support/deadline.ts";

const ADMIN_KEY = "planted-admin-key";
const MODEL = "gemini-2.5-pro";

/** Timers of the background that a test fires itself. */
function handTimer() {
  const due = new Map<() => void, number>();
  return {
    due,
    start(ms: number, onEnd: () => void) {
      due.set(onEnd, ms);
      return () => void due.delete(onEnd);
    },
    fire() {
      for (const onEnd of [...due.keys()]) {
        due.delete(onEnd);
        onEnd();
      }
    },
  };
}

Deno.test("Only accounts in use are asked for their quotas, and rarely", async () => {
  const timer = handTimer();
  await using gateway = await startEmulatedGateway({
    accounts: { one: "code-assist", idle: "code-assist" },
    settings: { routing: { maxAttempts: 1 } },
    adminKey: ADMIN_KEY,
    timer,
  });
  const { emulator } = gateway;
  const asked = () => emulator.requests.filter(({ path }) => path.endsWith(":retrieveUserQuota"));
  timer.fire();
  const before = new Set(timer.due.keys());
  assert.equal((await textOf(await call(gateway.url, { model: MODEL }))) !== "", true);
  const { account } = await gateway.waitForCall();
  const planned = [...timer.due].filter(([onEnd]) => !before.has(onEnd));
  assert.ok(planned.some(([, ms]) => ms <= 30_000));
  assert.equal(asked().length, 0, "A call waits for no quota");
  timer.fire();
  const [quota, others] = await within(30_000, untilStated(gateway.url, account), {
    what: "The account's quotas",
  });
  assert.deepEqual(quota, {
    model: MODEL,
    window: "day",
    unit: "requests",
    limit: 1000,
    used: 1,
    leftFraction: 0.999,
    resetsAt: quota.resetsAt,
    source: "google",
  });
  assert.ok(Date.parse(quota.resetsAt) > Date.now() - 60_000);
  assert.ok(others.has("gemini-* 5h") && others.has("gemini-* week"), [...others].join());
  assert.deepEqual(asked().map((request) => request.account), [account]);
  timer.due.clear();
  await textOf(await call(gateway.url, { model: MODEL, headers: { "x-session-id": "other" } }));
  await gateway.waitForCall((one) => one.account !== account || gateway.calls.length > 2);
  assert.ok([...timer.due.values()].every((ms) => ms <= 30_000 || ms >= 400_000));
});

Deno.test("An account that states no quotas is used as before, and asked again later", async () => {
  const timer = handTimer();
  await using gateway = await startEmulatedGateway({
    accounts: { one: "code-assist" },
    adminKey: ADMIN_KEY,
    timer,
  });
  const { emulator } = gateway;
  emulator.always("one", "503", { method: "retrieveUserQuota" });
  await textOf(await call(gateway.url, { model: MODEL }));
  await gateway.waitForCall();
  timer.fire();
  await within(30_000, emulator.waitForRequest(({ path }) => path.endsWith("retrieveUserQuota")), {
    what: "The request for quotas",
  });
  await textOf(await call(gateway.url, { model: MODEL }));
  const { accounts: [one] } = await statusOf(gateway.url);
  assert.deepEqual([one.state, one.quota], ["available", []]);
});

async function statusOf(url: string) {
  const response = await fetch(`${url}/admin/status`, {
    headers: { authorization: `Bearer ${ADMIN_KEY}` },
  });
  return await response.json();
}

/** The account's daily quota of the model, and the names of all its quotas, as soon as it has some. */
async function untilStated(url: string, name: string) {
  while (true) {
    const { accounts } = await statusOf(url);
    const { quota } = accounts.find((one: { name: string }) => one.name === name);
    const names = new Set<string>(
      quota.map((one: { model: string; window: string }) => `${one.model} ${one.window}`),
    );
    if (names.size > 0) {
      return [quota.find((one: { model: string }) => one.model === MODEL), names] as const;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
