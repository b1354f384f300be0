/** Several gateways on one store book everything once. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import type { TokenUsage } from "../../../src/gemini/api/token_usage.ts";
import { keptOwners } from "../../../src/pool/owners/owners.ts";
import { newCallRecord } from "../../../src/server/call/call_record.ts";
import type { Booking } from "../../../src/server/call/call_observer.ts";
import { Redaction } from "../../../src/gemini/redaction/redaction.ts";
import { Bookings } from "../../../src/server/owners/bookings.ts";
import { startTestGateway } from "../../support/gateway.ts";
import { NO_KEEPER } from "../../support/kept.ts";
import { memoryStore } from "../../support/memory_database.ts";
import { until } from "../../support/until.ts";
import { ownAccounts } from "../owners/owner_testbed.ts";
import { FLASH, PROMPT } from "./usage_bed.ts";

const BATCHES = 10;
const BATCH = { batch: { inputConfig: { requests: { requests: [{ request: PROMPT }] } } } };

Deno.test("Of two gateways that see a batch at once, one books it", async () => {
  await using emulator = await startEmulator();
  using store = await memoryStore();
  const accounts = ownAccounts(emulator, ["one"]);
  const batches = emulator.batches(emulator.projectOf("one"));
  batches.settings.pace = { pendingMs: Infinity, runningMs: Infinity };
  const bookings: Booking[] = [];
  const problems: string[] = [];
  async function start() {
    const onProblem = (what: string) => void problems.push(what);
    const keeper = store.keeper({ clock: Date, onProblem, journal: await store.journal() });
    const observers = [{ booked: (booking: Booking) => void bookings.push(booking) }];
    const gateway = await startTestGateway({ accounts, keeper, observers });
    const following = keeper.follow();
    return {
      url: gateway.url,
      async [Symbol.asyncDispose]() {
        await gateway.close();
        await following[Symbol.asyncDispose]();
        await keeper.close();
      },
    };
  }
  const read = async (url: string, name: string) =>
    await (await fetch(`${url}/v1beta/${name}`)).json();
  {
    await using one = await start();
    await using other = await start();
    const names = await Promise.all(Array.from({ length: BATCHES }, async () => {
      const made = await fetch(`${one.url}/v1beta/models/${FLASH}:batchGenerateContent`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(BATCH),
      });
      return (await made.json()).name;
    }));
    // The other gateway has read the owners from the store when the batches are still in progress.
    const owners = keptOwners(store.keeper({ clock: Date, onProblem: assert.fail }), Date);
    for (const name of names) {
      await until(async () => await owners.get(name) !== undefined, { what: "The owner's row" });
      await read(other.url, name);
    }
    assert.equal(bookings.length, 0);
    for (const name of names) batches.end(name, "SUCCEEDED");
    for (let nth = 0; nth < 2; nth++) {
      await Promise.all(names.flatMap((name) => [read(one.url, name), read(other.url, name)]));
    }
  }
  assert.deepEqual(problems, []);
  assert.equal(bookings.length, BATCHES);
  const tokens = bookings.reduce((sum, { usage }) => sum + (usage?.prompt ?? 0), 0);
  assert.equal(tokens, emulator.counted()[0]?.prompt);
});

Deno.test("What the store could not mark as booked is booked at the next sight", async () => {
  const owners = keptOwners(NO_KEEPER, Date);
  owners.set("batches/a", {
    accountId: "1",
    project: "p",
    callerId: "a",
    expiresAtMs: Date.now() + 3_600_000,
    createTime: "",
    unbooked: { method: "batchGenerateContent", model: FLASH, account: "one", madeAtMs: 0 },
  });
  let isDown = true;
  const problems: string[] = [];
  const bookings = new Bookings({
    owners,
    marks: {
      add: () => isDown ? Promise.reject(new Error("No connection")) : Promise.resolve(true),
    },
    clock: Date,
    onProblem: (what) => void problems.push(what),
  });
  const booked: Booking[] = [];
  const lifecycle = {
    record: newCallRecord(0, new Redaction()),
    booked: (booking: Booking) => void booked.push(booking),
  };
  const usage: TokenUsage = { prompt: 3, cached: 0, tool: 0, candidates: 0, thoughts: 0, total: 3 };
  const report = { name: "batches/a", usage, files: [] };
  await bookings.book(report, lifecycle);
  await bookings.settled();
  assert.deepEqual([booked.length, problems.length], [0, 1]);
  isDown = false;
  for (let nth = 0; nth < 2; nth++) await bookings.book(report, lifecycle);
  await bookings.settled();
  assert.deepEqual(booked.map(({ usage, account }) => [usage?.prompt, account]), [[3, "one"]]);
});
