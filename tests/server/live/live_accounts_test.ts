/** Which account serves a Live session, and what the client hears if none does. @module */
import assert from "node:assert/strict";
import type { Outcome } from "../../../src/emulator/emulator.ts";
import { type EmulatedGateway, startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { LIVE_PATH, LiveClient, SETUP, textOfTurn } from "../../support/live_client.ts";

const TWO = { one: "gemini-api", two: "gemini-api" } as const;
const CONNECT = { method: "bidiGenerateContent.connect" };

function connect(gateway: EmulatedGateway): LiveClient {
  return new LiveClient(gateway.url + LIVE_PATH);
}

/** The accounts whose sessions were refused or served, in order. */
function accountsOf({ emulator }: EmulatedGateway): readonly (string | undefined)[] {
  return emulator.requests.filter(({ path }) => path.startsWith("/ws/")).map(({ account }) =>
    account
  );
}

const close = (code: number, reason: string): Outcome => ({
  type: "live",
  close: { code, reason },
});

Deno.test("another account serves a session that one refused before it was set up", async (t) => {
  const cases: readonly (readonly [string, Outcome, typeof CONNECT | undefined])[] = [
    ["429 at the upgrade", "429-bare", CONNECT],
    ["503 at the upgrade", "503", CONNECT],
    ["no HTTP at the upgrade", "reset", CONNECT],
    ["quota", close(1011, "You exceeded your current quota, please check your plan."), undefined],
    ["an internal error", close(1011, "Internal error encountered."), undefined],
    ["a key that expired", close(1007, "API key expired. Please renew the API key."), undefined],
    ["a model", close(1008, "models/x is not found for API version v1beta"), undefined],
    ["what is not enabled", close(1008, "Operation is not implemented, or supported"), undefined],
    ["a bad argument", close(1007, "Request contains an invalid argument."), undefined],
    ["a broken connection", { type: "live", close: "drop" }, undefined],
  ];
  for (const [name, outcome, filter] of cases) {
    await t.step(name, async () => {
      await using gateway = await startEmulatedGateway({ accounts: TWO });
      gateway.emulator.script("one", [outcome, outcome], filter);
      gateway.emulator.script("two", [outcome], filter);
      // Whichever account is first refuses once, and the other has nothing scripted any more.
      gateway.emulator.clear();
      gateway.emulator.script("one", [outcome], filter);
      let served = 0;
      while (served < 2) {
        await using client = connect(gateway);
        assert.deepEqual(await client.setUp(), { setupComplete: {} });
        assert.match(textOfTurn(await client.say("Hello")), /Hello/);
        served++;
        client.close();
        const call = await gateway.waitForCall(() => gateway.calls.length === served);
        assert.equal(call.status, 101);
      }
      const refused = gateway.calls.find(({ failedTries }) => failedTries.length > 0);
      assert.equal(refused?.failedTries[0]?.account, "one");
      assert.equal(refused?.account, "two");
    });
  }
});

Deno.test("where every account refuses, the client gets Google's code and reason", async (t) => {
  const quota = "You exceeded your current quota, please check your plan and billing details.";
  for (
    const [code, reason] of [
      [1011, quota],
      [1008, "models/x is not found for API version v1beta, or is not supported"],
      [1007, "API key not valid. Please pass a valid API key."],
      [1007, "Request contains an invalid argument."],
    ] as const
  ) {
    await t.step(`${code} ${reason}`, async () => {
      await using gateway = await startEmulatedGateway({ accounts: TWO });
      for (const name of Object.keys(TWO)) gateway.emulator.script(name, [close(code, reason)]);
      await using client = connect(gateway);
      await client.opened;
      await client.send({ setup: SETUP });
      assert.deepEqual(await client.closed, { code, reason });
      const call = await gateway.waitForCall();
      assert.notEqual(call.failure, "");
      assert.equal(gateway.gateway.callCount, 0);
    });
  }
});

Deno.test("a session that is set up never moves to another account", async () => {
  await using gateway = await startEmulatedGateway({ accounts: TWO });
  const reason = "Deadline expired before operation could complete.";
  const outcome: Outcome = { type: "live", close: { code: 1011, reason }, closeAfter: 0 };
  for (const name of Object.keys(TWO)) gateway.emulator.script(name, [outcome]);
  await using client = connect(gateway);
  assert.deepEqual(await client.setUp(), { setupComplete: {} });
  assert.deepEqual(await client.closed, { code: 1011, reason });
  const call = await gateway.waitForCall();
  assert.equal(call.failure, reason);
  assert.equal(accountsOf(gateway).length, 1);
});

Deno.test("without an account that serves Live, the client is told why", async () => {
  await using gateway = await startEmulatedGateway({ accounts: { user: "code-assist" } });
  await using client = connect(gateway);
  await client.send({ setup: SETUP });
  const { code, reason } = await client.closed;
  assert.equal(code, 1007);
  assert.match(reason, /^No account in use can serve "bidiGenerateContent"/);
  assert.ok(new TextEncoder().encode(reason).length <= 123);
});

Deno.test("the call record has the tokens of all turns", async () => {
  await using gateway = await startEmulatedGateway();
  await using client = connect(gateway);
  await client.setUp();
  let total = 0;
  for (const text of ["Hello", "And again"]) {
    // deno-lint-ignore no-explicit-any -- read as deep as needed
    const last: any = (await client.say(text)).at(-1);
    total += last.usageMetadata.totalTokenCount;
  }
  client.close();
  const { usage } = await gateway.waitForCall();
  assert.equal(usage?.total, total);
  assert.ok((usage?.candidates ?? 0) > 0);
});
