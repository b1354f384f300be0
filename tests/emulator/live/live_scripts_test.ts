/** How tests script Live sessions of the emulated Google, and see them. @module */
import assert from "node:assert/strict";
import { type Outcome, startEmulator } from "../../../src/emulator/emulator.ts";
import { LIVE_PATH, LiveClient, openLive, SETUP, textOfTurn } from "../../support/live_client.ts";
import { AUTHORITY_FILE, SERVER_CERTIFICATE } from "../../support/test_certificate.ts";

// deno-lint-ignore no-explicit-any -- read as deep as a test needs
type Frame = any;

Deno.test("scripts refuse the upgrade, with a status and Google's body", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const method = "bidiGenerateContent.connect";
  for (
    const [outcome, message] of [
      ["429-bare", /429/],
      ["503", /503/],
      ["html-502", /502/],
      ["reset", /./],
    ] as const
  ) {
    emulator.script("a", [outcome], { method });
    await using client = openLive(emulator, key);
    await assert.rejects(client.opened, message);
  }
  emulator.clear();
  emulator.script("a", ["hang"], { method });
  await using client = openLive(emulator, key);
  await emulator.waitForRequest(({ path }) => path === LIVE_PATH);
  emulator.release("a");
  assert.deepEqual(await client.setUp(), { setupComplete: {} });
});

Deno.test("scripts close a session at any point, with any code", async (t) => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const close = { code: 1011, reason: "Deadline expired before operation could complete." };
  const cases: readonly [string, Outcome, number, string, RegExp][] = [
    ["before setupComplete", { type: "live", close }, 0, "1011", /^Deadline expired/],
    ["a quota", "429-bare", 0, "1011", /^Resource has been exhausted/],
    ["a wrong key", "400-key-invalid", 0, "1007", /^API key not valid/],
    ["overloaded", "529", 0, "1011", /^Overloaded/],
    ["after setupComplete", { type: "live", close, closeAfter: 0 }, 1, "1011", /^Deadline/],
    ["after two turns", { type: "live", close, closeAfter: 2 }, 3, "1011", /^Deadline/],
    ["dropped", { type: "live", close: "drop", closeAfter: 1 }, 2, "0", /^/],
    ["dropped before", "reset", 0, "0", /^/],
  ];
  for (const [name, outcome, answers, code, reason] of cases) {
    await t.step(name, async () => {
      emulator.script("a", [outcome], { model: "gemini-3.8-live" });
      await using client = openLive(emulator, key);
      await client.send({ setup: SETUP });
      if (answers > 0) await client.next();
      for (let turn = 1; turn < answers; turn++) await client.say("Hello");
      const closed = await client.closed;
      assert.equal(String(closed.code), code);
      assert.match(closed.reason, reason);
    });
  }
});

Deno.test("scripts say that the connection will be closed, choose frames, and delay them", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const goAway = { afterTurns: 1, timeLeft: "9.5s" };
  const events = [{ serverContent: { modelTurn: { parts: [{ text: "One" }] } } }];
  emulator.script("a", [
    { type: "live", goAway, events: [...events, { serverContent: { turnComplete: true } }] },
    { type: "live", text: "Slowly spoken. ".repeat(20), frameDelayMs: 20 },
  ]);
  {
    await using client = openLive(emulator, key);
    await client.setUp();
    assert.deepEqual((await client.say("Hello"))[0], events[0]);
    assert.deepEqual(await client.next(), { goAway: { timeLeft: "9.5s" } });
  }
  await using client = openLive(emulator, key);
  await client.setUp();
  await client.send({ clientContent: { turns: [{ parts: [{ text: "a" }] }], turnComplete: true } });
  await client.next();
  await client.send({ realtimeInput: { text: "Stop" } });
  const interrupted: Frame[] = await client.turn();
  assert.ok(interrupted.some(({ serverContent }) => serverContent.interrupted === true));
  await client.turn();
});

Deno.test("a script holds the setup until it is released", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.script("a", ["hang"], { method: "bidiGenerateContent" });
  await using client = openLive(emulator, key);
  await client.send({ setup: SETUP });
  await client.send({ clientContent: { turns: [{ parts: [{ text: "a" }] }], turnComplete: true } });
  while (emulator.requests[0]?.frames.length !== 2) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  emulator.release("a");
  assert.deepEqual(await client.next(), { setupComplete: {} });
  assert.match(textOfTurn(await client.turn()), /You said: "a"/);
});

Deno.test("a session is in flight until it ends, and tests can end it", async () => {
  await using emulator = await startEmulator();
  const client = openLive(emulator, emulator.addApiKey("a"));
  await client.setUp();
  assert.equal(emulator.inFlight, 1);
  const [session] = emulator.liveSessions;
  session?.send({ goAway: { timeLeft: "1s" } });
  session?.close(1011, "Internal error encountered.");
  assert.deepEqual(await client.next(), { goAway: { timeLeft: "1s" } });
  assert.deepEqual(await client.closed, { code: 1011, reason: "Internal error encountered." });
  await emulator.requests[0]?.finished;
  assert.deepEqual([emulator.inFlight, emulator.liveSessions], [0, []]);
});

Deno.test("sessions end with the emulator, with or without its relay", async () => {
  for (const resets of [true, false]) {
    const emulator = await startEmulator({ resets });
    await using client = openLive(emulator, emulator.addApiKey("a"));
    await client.setUp();
    await emulator.close();
    assert.ok([0, 1001].includes((await client.closed).code));
  }
});

Deno.test("an emulator with a certificate takes wss, and can drop it", async () => {
  await using emulator = await startEmulator({ tls: SERVER_CERTIFICATE });
  const key = emulator.addApiKey("a");
  assert.match(emulator.url, /^https:/);
  const caCerts = [Deno.readTextFileSync(AUTHORITY_FILE)];
  using http = Deno.createHttpClient({ caCerts });
  await using client = new LiveClient(emulator.url + LIVE_PATH, { "x-goog-api-key": key }, http);
  assert.deepEqual(await client.setUp(), { setupComplete: {} });
  emulator.liveSessions[0]?.drop();
  assert.equal((await client.closed).code, 0);
});
