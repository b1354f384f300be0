/**
 * A gateway that is killed in the middle of calls, again and again: what its usage sums up to is what Google counted, but for
 * the last second before each kill.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { openStore } from "../../src/store/open_store.ts";
import { USAGE } from "../../src/usage/usage_row.ts";
import { type Gateway, runPollux, startGateway } from "../support/pollux_process.ts";
import { call } from "../support/gemini_call.ts";
import { readKept } from "../support/kept.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { KILLS } from "./kill_loop.ts";

/** What may be lost of the time before a kill, in ms. */
const LOST_MS = 1000;

/** When a gateway is killed, in ms after its first call. */
const LIFE = { least: 1100, most: 2000 } as const;

const CLIENTS = 3;
const PAUSE_MS = 20;

/** Tokens of a call, and when its client had read the response. */
interface Counted {
  readonly tokens: number;
  readonly atMs: number;
}

Deno.test(`${KILLS} kills in the middle of calls lose no usage that is older than a second`, async () => {
  using folder = tempFolder();
  await using emulator = await startEmulator({ record: false });
  const dataDir = `${folder.path}/data`;
  const env = { KEY: emulator.addApiKey("home") };
  const add = ["accounts", "add", "gemini-api", "home", "--key-env", "KEY"];
  const { code, stderr } = await runPollux([...add, "--base-url", emulator.url], { dataDir, env });
  assert.equal(code, 0, stderr);
  const random = seededRandom(1);
  const sums = { old: { calls: 0, tokens: 0 }, all: { calls: 0, tokens: 0 }, kept: 0, cut: 0 };
  let before = { calls: 0, tokens: 0 };
  for (let kill = 0; kill < KILLS; kill++) {
    const life = await callUntilKilled(dataDir, LIFE.least + random() * (LIFE.most - LIFE.least));
    const old = life.counted.filter(({ atMs }) => atMs < life.killedAtMs - LOST_MS);
    const now = await storedIn(dataDir);
    const kept = { calls: now.calls - before.calls, tokens: now.tokens - before.tokens };
    before = now;
    for (const [sum, some] of [[sums.old, old], [sums.all, life.counted]] as const) {
      sum.calls += some.length;
      sum.tokens += tokensOf(some);
    }
    const words = `kill ${kill}: ${JSON.stringify(kept)} kept of ${life.counted.length} calls, ` +
      `${old.length} older than a second`;
    assert.ok(kept.calls >= old.length && kept.tokens >= tokensOf(old), words);
    // The gateway may have counted calls whose clients it could no longer tell, but no others.
    assert.ok(kept.calls <= life.counted.length + CLIENTS, words);
  }
  console.log(
    `${KILLS} kills: ${before.calls} calls and ${before.tokens} tokens kept, of ${sums.all.calls} ` +
      `calls and ${sums.all.tokens} tokens; ${sums.old.calls} calls and ${sums.old.tokens} tokens ` +
      `were older than a second`,
  );
  assert.ok(sums.old.calls >= KILLS, `${sums.old.calls} calls were a second old`);
});

/** Starts a gateway, calls it, and kills it `lifeMs` after the first response. */
async function callUntilKilled(
  dataDir: string,
  lifeMs: number,
): Promise<{ readonly counted: readonly Counted[]; readonly killedAtMs: number }> {
  await using gateway: Gateway = await startGateway({
    dataDir,
    env: { POLLUX_LOG_LEVEL: "error" },
  });
  const counted: Counted[] = [];
  const first = Promise.withResolvers<void>();
  let isAlive = true;
  async function client(nth: number): Promise<void> {
    for (let turn = 0; isAlive; turn++) {
      try {
        const response = await call(gateway.url, { text: `Say ${nth} ${turn}` });
        const { usageMetadata } = await response.json();
        counted.push({ tokens: usageMetadata.totalTokenCount, atMs: performance.now() });
        first.resolve();
        await pause(PAUSE_MS);
      } catch (error) {
        // The gateway is gone in the middle of it.
        if (isAlive) throw error;
      }
    }
  }
  const clients = Array.from({ length: CLIENTS }, (_, nth) => client(nth));
  const killed = first.promise.then(() => pause(lifeMs)).then(() => {
    isAlive = false;
    gateway.signal("SIGKILL");
    return performance.now();
  });
  const [killedAtMs] = await Promise.all([killed, ...clients]);
  await gateway.ended;
  return { counted, killedAtMs };
}

/** The sums of all rows in the store. */
async function storedIn(dataDir: string): Promise<{ calls: number; tokens: number }> {
  using store = await openStore({ dataDir });
  const sums = { calls: 0, tokens: 0 };
  for (const { value: { sums: { counts } } } of await readKept(store, USAGE)) {
    sums.calls += counts.calls;
    sums.tokens += counts.prompt + counts.tool + counts.thoughts + counts.output;
  }
  return sums;
}

function tokensOf(counted: readonly Counted[]): number {
  return counted.reduce((sum, { tokens }) => sum + tokens, 0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
