/**
 * A gateway that is killed in the middle of calls, again and again: what its usage sums up to is what Google counted, but for
 * the last second before each kill. A gateway that is stopped loses nothing.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type CountedTokens, tokensOf } from "../../src/emulator/counted_usage.ts";
import { type CountedUsage, type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
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

const ACCOUNTS = ["home", "work"];
const CLIENTS = 3;
const PAUSE_MS = 20;

/** The clients' calls, in turn. */
const METHODS = ["generateContent", "streamGenerateContent"] as const;

const COLUMNS = ["calls", "prompt", "cached", "tool", "thoughts", "output"] as const;

/** Calls and their tokens. */
type Sums = Record<(typeof COLUMNS)[number], number>;

/** A call whose response its client has read. */
interface ReadCall {
  readonly sums: Sums;
  readonly atMs: number;
}

Deno.test(`${KILLS} kills in the middle of calls lose no usage that is older than a second, and a stop loses none`, async () => {
  using folder = tempFolder();
  await using emulator = await startEmulator({ record: false });
  const dataDir = `${folder.path}/data`;
  await addAccounts(emulator, dataDir);
  const random = seededRandom(1);
  const total = { old: sumOf([]), read: sumOf([]) };
  let before = { counted: sumOf([]), kept: sumOf([]) };
  for (let kill = 0; kill < KILLS; kill++) {
    const lifeMs = LIFE.least + random() * (LIFE.most - LIFE.least);
    const { read, endedAtMs } = await callUntil("SIGKILL", { dataDir, lifeMs });
    const after = { counted: sumOf(emulator.counted()), kept: sumOf(await keptIn(dataDir)) };
    const kept = difference(after.kept, before.kept);
    const counted = difference(after.counted, before.counted);
    const old = sumOf(read.filter(({ atMs }) => atMs < endedAtMs - LOST_MS).map(sumsIn));
    const words = `kill ${kill}: ${JSON.stringify({ kept, counted, old })}`;
    for (const column of COLUMNS) {
      assert.ok(kept[column] >= old[column], `${column} of old calls are lost: ${words}`);
      assert.ok(kept[column] <= counted[column], `${column} are counted twice: ${words}`);
    }
    before = after;
    total.old = sumOf([total.old, old]);
    total.read = sumOf([total.read, ...read.map(sumsIn)]);
  }
  console.log(
    `${KILLS} kills: ${shown(before.kept)} kept of ${shown(before.counted)} that Google counted; ` +
      `clients had read ${shown(total.read)}, of which ${
        shown(total.old)
      } more than a second before a kill`,
  );
  assert.ok(total.old.calls >= KILLS, `${total.old.calls} calls were a second old`);
  const [countedRows, keptRows] = [emulator.counted(), await keptIn(dataDir)];
  await callUntil("SIGTERM", { dataDir, lifeMs: LIFE.least });
  assert.deepEqual(
    growth(keptRows, await keptIn(dataDir)),
    growth(countedRows, emulator.counted()),
    "A stopped gateway has counted what Google counted",
  );
});

async function addAccounts(emulator: Emulator, dataDir: string): Promise<void> {
  for (const name of ACCOUNTS) {
    const words = ["add", "gemini-api", name, "--key-env", "KEY", "--base-url", emulator.url];
    const env = { KEY: emulator.addApiKey(name) };
    const { code, stderr } = await runPollux(["accounts", ...words], { dataDir, env });
    assert.equal(code, 0, stderr);
  }
}

/** Starts a gateway, calls it, and ends it `lifeMs` after the first response. */
async function callUntil(
  signal: "SIGKILL" | "SIGTERM",
  { dataDir, lifeMs }: { readonly dataDir: string; readonly lifeMs: number },
): Promise<{ readonly read: readonly ReadCall[]; readonly endedAtMs: number }> {
  await using gateway: Gateway = await startGateway({
    dataDir,
    env: { POLLUX_LOG_LEVEL: "error" },
  });
  const read: ReadCall[] = [];
  const first = Promise.withResolvers<void>();
  let isAlive = true;
  async function client(nth: number): Promise<void> {
    for (let turn = 0; isAlive; turn++) {
      try {
        const tokens = await callOnce(gateway.url, { nth, turn });
        read.push({ sums: { calls: 1, ...tokens }, atMs: performance.now() });
        first.resolve();
        await pause(PAUSE_MS);
      } catch (error) {
        // The gateway is gone in the middle of it.
        if (isAlive) throw error;
      }
    }
  }
  const clients = Array.from({ length: CLIENTS }, (_, nth) => client(nth));
  const ended = first.promise.then(() => pause(lifeMs)).then(() => {
    isAlive = false;
    gateway.signal(signal);
    return performance.now();
  });
  const [endedAtMs] = await Promise.all([ended, ...clients]);
  await gateway.ended;
  return { read, endedAtMs };
}

/** Calls once, and reads the tokens in the response. */
async function callOnce(
  url: string,
  { nth, turn }: { readonly nth: number; readonly turn: number },
): Promise<CountedTokens> {
  const method = METHODS[(nth + turn) % METHODS.length] ?? assert.fail();
  const response = await call(url, {
    method,
    query: method === "streamGenerateContent" ? "?alt=sse" : "",
    text: `Say ${nth} ${turn}`,
    headers: { "x-session-id": `${nth}-${turn}` },
  });
  const text = await response.text();
  const last = text.startsWith("data: ") ? text.slice(text.lastIndexOf("data: ") + 6) : text;
  return tokensOf(JSON.parse(last)) ?? assert.fail(`There is no usage in ${text}`);
}

/** The rows in the store. */
async function keptIn(
  dataDir: string,
): Promise<readonly Pick<CountedUsage, keyof Sums | "account" | "model" | "method">[]> {
  using store = await openStore({ dataDir });
  return (await readKept(store, USAGE)).map(({ value: { sums: { counts }, ...subject } }) => ({
    ...subject,
    ...counts,
  }));
}

function sumsIn({ sums }: ReadCall): Sums {
  return sums;
}

function sumOf(some: readonly Sums[]): Sums {
  const column = (name: keyof Sums) => some.reduce((sum, one) => sum + one[name], 0);
  return {
    calls: column("calls"),
    prompt: column("prompt"),
    cached: column("cached"),
    tool: column("tool"),
    thoughts: column("thoughts"),
    output: column("output"),
  };
}

function difference(sums: Sums, earlier: Sums): Sums {
  const minus = COLUMNS.map((name) => [name, -earlier[name]] as const);
  return sumOf([sums, { ...earlier, ...Object.fromEntries(minus) }]);
}

/** What was added since, by account, model and method. */
function growth(
  earlier: Awaited<ReturnType<typeof keptIn>>,
  now: Awaited<ReturnType<typeof keptIn>>,
): Readonly<Record<string, Sums>> {
  const name = ({ account, model, method }: (typeof now)[number]) =>
    [account, model, method].join(" ");
  const before = Map.groupBy(earlier, name);
  const names = [...Map.groupBy(now, name)].toSorted(([one], [other]) => one < other ? -1 : 1);
  return Object.fromEntries(
    names.map(([name, rows]) => [name, difference(sumOf(rows), sumOf(before.get(name) ?? []))]),
  );
}

function shown({ calls, prompt, thoughts, output, tool }: Sums): string {
  return `${calls} calls with ${prompt + thoughts + output + tool} tokens`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
