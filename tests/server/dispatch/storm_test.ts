/**
 * The storm of https://github.com/router-for-me/CLIProxyAPI/issues/5265: every account is limited, and
 * says each time that it is back in less than a second. There one call of a client became up to a
 * hundred upstream, and the memory grew by gigabytes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { collectGarbage } from "../../support/collect_garbage.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, errorOf } from "../../support/gemini_call.ts";

const ACCOUNTS = 20;
const CLIENTS = 50;
const CALLS_EACH = 5;
const MAX_ATTEMPTS = 3;
const ROUNDS = 3;

/** Growth of the heap that says nothing, in bytes: what the runtime and the emulator keep. */
const NOISE = 8 * 1024 * 1024;

async function heapAfterCollection(): Promise<number> {
  await collectGarbage();
  return Deno.memoryUsage().heapUsed;
}

for (const kind of ["code-assist", "gemini-api"] as const) {
  Deno.test(`A storm of short limits (${kind}): three requests upstream for each call at most, memory flat`, async () => {
    const names = Array.from({ length: ACCOUNTS }, (_, nth) => `account-${nth}`);
    await using gateway = await startEmulatedGateway({
      accounts: Object.fromEntries(names.map((name) => [name, kind])),
      settings: { routing: { maxAttempts: MAX_ATTEMPTS } },
    });
    const { emulator } = gateway;
    async function storm(): Promise<number> {
      emulator.clear();
      for (const [nth, name] of names.entries()) {
        emulator.always(name, { type: "429-short", delayMs: 150 + 40 * nth });
      }
      await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
        for (let nth = 0; nth < CALLS_EACH; nth++) {
          const response = await call(gateway.url, { text: `Client ${client} says hello` });
          assert.equal(response.status, 429);
          assert.equal((await errorOf(response)).status, "RESOURCE_EXHAUSTED");
          assert.ok(Number(response.headers.get("x-pollux-attempts")) <= MAX_ATTEMPTS);
        }
      }));
      return emulator.requests.filter(({ path }) => path.endsWith(":generateContent")).length;
    }
    const clientCalls = CLIENTS * CALLS_EACH;
    let upstreamCalls = await storm();
    const before = await heapAfterCollection();
    for (let round = 1; round < ROUNDS; round++) {
      upstreamCalls = await storm();
      assert.ok(upstreamCalls > 0 && upstreamCalls <= MAX_ATTEMPTS * clientCalls);
    }
    const growth = await heapAfterCollection() - before;
    console.log(
      `${clientCalls} calls of ${CLIENTS} clients, ${ACCOUNTS} accounts: ${upstreamCalls} requests ` +
        `upstream (${(upstreamCalls / clientCalls).toFixed(2)} for each call), heap ` +
        `${(growth / 1024 / 1024).toFixed(1)} MiB more after ${ROUNDS} rounds than after one`,
    );
    assert.ok(growth < NOISE, `The heap grew by ${growth} bytes`);
    assert.deepEqual(gateway.gateway.snapshot().filter((one) => one.callsInFlight > 0), []);
    emulator.clear();
    const after = await call(gateway.url, { text: "The storm is over" });
    assert.equal(after.status, 200, await after.text());
  });
}
