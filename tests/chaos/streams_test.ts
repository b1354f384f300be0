/**
 * A thousand streams at once, whose clients leave when they like: no response goes to another client than
 * its own, and nothing of them stays.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Random } from "../support/random.ts";
import { ACCOUNT_NAMES, type GatewayProcess, startGatewayProcess } from "./gateway_process.ts";
import { StreamClient } from "./stream_client.ts";
import { leaveOut } from "../support/left_out.ts";

/** Tells who leaves when, and what everyone says. */
const SEED = 20261124;

/** How many streams there are to be at once. */
const STREAMS = 1000;

/** Descriptors that one stream takes up in this process: its client, the relay's two, the emulator. */
const DESCRIPTORS_EACH = 4;

/** Descriptors for everything else. */
const DESCRIPTORS_BESIDE = 200;

/** The first rounds fill what is made once and kept, code above all. */
const WARM_UP_ROUNDS = 2;
const ROUNDS = 5;

/** More than that is kept of a stream by any of the objects that it is made of. In bytes. */
const LEAST_OF_A_STREAM = 512;

/** What the process may grow by without holding anything: pages that its allocator keeps. In bytes. */
const RESIDENT_SLACK = 100 * 1024 * 1024;

/** How long what is bound to happen may take on a busy machine, in ms. */
const PATIENCE_MS = 60_000;

/** How long a connection that no stream uses may rest, in ms: a minute, looked at every half minute. */
const REST_MS = 100_000;

/** The longest that a client stays that leaves before its response, in ms. */
const EARLY_MS = 300;

/** Events that come before the emulator holds a stream back. */
const EVENTS_BEFORE_HOLD = 2;

/**
 * Connections that no stream goes over: tokens come by `fetch`, which keeps a connection for a while. Two
 * of the accounts have tokens.
 */
const TOKEN_CONNECTIONS = 2;

const WORDS = ["Grüße", "🎉", "日本", "stream", "\u2028", '"'];

Deno.test("Of a thousand streams at once whose clients leave at random, none crosses and none stays", async (t) => {
  const count = await streamsThatFit();
  if (count < STREAMS) {
    const reason = `"ulimit -n" allows the descriptors of ${count} streams`;
    leaveOut(`${STREAMS - count} of ${STREAMS} streams at once`, { reason });
  }
  await using place = await startGatewayProcess();
  for (const name of ACCOUNT_NAMES) {
    place.emulator.always(name, { type: "ok", holdAfter: EVENTS_BEFORE_HOLD, chunkDelayMs: 5 });
  }
  const random = new Random(SEED);
  // The same in each round, so that a round brings no new conversation to remember.
  const prompts = Array.from({ length: count }, (_, index) => promptOf(index, random));
  for (let round = 1; round <= WARM_UP_ROUNDS; round++) {
    await t.step(`warm-up ${round}`, () => play(prompts, place, random));
  }
  const before = await place.memory();
  for (let round = WARM_UP_ROUNDS + 1; round < ROUNDS; round++) {
    await t.step(`round ${round}`, () => play(prompts, place, random));
  }
  await t.step("when all leave, no stream's connection stays", () => leaveAtOnce(prompts, place));
  await t.step("no account has a call in flight", async () => {
    assert.deepEqual(await place.callsInFlight(), ACCOUNT_NAMES.map(() => 0));
  });
  await t.step("memory returns to its level", async () => {
    const after = await place.memory();
    const streams = (ROUNDS - WARM_UP_ROUNDS) * count;
    const grown = after.heapUsed + after.external - before.heapUsed - before.external;
    const words = `${grown} bytes more after ${streams} streams; before: ` +
      `${JSON.stringify(before)}, after: ${JSON.stringify(after)}`;
    console.log(words);
    assert.ok(grown < streams * LEAST_OF_A_STREAM, words);
    assert.ok(after.rss - before.rss < RESIDENT_SLACK, words);
  });
});

/** A round in which some leave before their answer comes, some midway, and some stay to the end. */
async function play(
  prompts: readonly string[],
  { emulator, url }: GatewayProcess,
  random: Random,
): Promise<void> {
  const clients = prompts.map((prompt) => new StreamClient(url, prompt));
  const [early, rest] = parted(clients, () => random.chance(0.1));
  const gone = early.map(async (client) => {
    await sleep(random.between(0, EARLY_MS));
    client.leave();
  });
  await Promise.all([...gone, ...rest.map((client) => client.read(1))]);
  await inFlight(rest.length, emulator);

  const [midway, others] = parted(rest, () => random.chance(0.4));
  for (const client of midway) client.leave();
  await inFlight(others.length, emulator);

  const [late, last] = parted(others, () => random.chance(0.3));
  emulator.release();
  const left = late.map(async (client) => {
    await client.read(random.between(0, 5));
    client.leave();
  });
  await Promise.all([...left, ...last.map((client) => client.readToEnd())]);
  await inFlight(0, emulator);
}

/**
 * A round in which nobody stays. Each stream that breaks off takes its connection with it. Connections
 * that earlier rounds left at rest are in use again, or are closed when they have rested long enough.
 */
async function leaveAtOnce(
  prompts: readonly string[],
  { emulator, url }: GatewayProcess,
): Promise<void> {
  const clients = prompts.map((prompt) => new StreamClient(url, prompt));
  await Promise.all(clients.map((client) => client.read(1)));
  await inFlight(prompts.length, emulator);
  const used = [...emulator.busyConnections];
  assert.equal(used.length, prompts.length);
  for (const client of clients) client.leave();
  await inFlight(0, emulator);
  const open = () => emulator.openConnections.intersection(new Set(used)).size;
  await until(() => open() === 0, { words: () => `${open()} streams' connections stay` });
  await until(() => emulator.connections <= TOKEN_CONNECTIONS, {
    words: () => `${emulator.connections} connections stay that no stream used`,
    patienceMs: REST_MS,
  });
}

async function inFlight(count: number, emulator: GatewayProcess["emulator"]): Promise<void> {
  const words = () => `${emulator.inFlight} upstream requests in flight, not ${count}`;
  await until(() => emulator.inFlight === count, { words });
}

/** Waits for what is bound to happen. */
async function until(
  isSo: () => boolean,
  options: { readonly words: () => string; readonly patienceMs?: number },
): Promise<void> {
  const { words, patienceMs = PATIENCE_MS } = options;
  const startMs = performance.now();
  while (!isSo()) {
    assert.ok(performance.now() - startMs < patienceMs, `${words()} (seed ${SEED})`);
    await sleep(10);
  }
}

function promptOf(index: number, random: Random): string {
  const words = Array.from({ length: 40 }, () => WORDS[random.between(0, WORDS.length - 1)]);
  return `Stream ${index}: ${words.join(" ")}, that was ${index}`;
}

/** Those of whom it is so, and the others. */
function parted(
  clients: readonly StreamClient[],
  isSo: () => boolean,
): readonly [StreamClient[], StreamClient[]] {
  const [some, others]: [StreamClient[], StreamClient[]] = [[], []];
  for (const client of clients) (isSo() ? some : others).push(client);
  return [some, others];
}

/** As many streams as this process may have descriptors for. Deno raises its limit by itself. */
async function streamsThatFit(): Promise<number> {
  const { stdout } = await new Deno.Command("sh", { args: ["-c", "ulimit -Hn"] }).output();
  const limit = new TextDecoder().decode(stdout).trim();
  if (limit === "unlimited") return STREAMS;
  return Math.min(STREAMS, Math.floor((Number(limit) - DESCRIPTORS_BESIDE) / DESCRIPTORS_EACH));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
