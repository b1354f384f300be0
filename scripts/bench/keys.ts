/**
 * What client keys with limits, and the counting of usage, cost a call and the memory of an idle gateway.
 *
 * @module
 */
import { openStore } from "../../src/store/open_store.ts";
import { costOf } from "../../src/usage/cost.ts";
import { Prices } from "../../src/usage/prices.ts";
import { UsageLedger } from "../../src/usage/usage_ledger.ts";
import { alternate } from "./alternate.ts";
import { addAccount, type ContenderOptions, gatewayCommand, runPollux } from "./contenders.ts";
import type { LoadResult, LoadTool } from "./load_tool.ts";
import { BODY, type Effort, WARM_UP_SECONDS } from "./measure.ts";
import { readResidentMemory } from "./memory.ts";
import { type ServerCommand, startServer } from "./server_process.ts";
import { median } from "./statistics.ts";

/** Keys in the gateway, of which one sends requests. */
const KEYS = 20;

/** The kinds of limits that docs/team.md gives a developer, too high to be reached. */
const LIMITS: readonly string[] = [
  ...["--requests-per-minute", "100M", "--tokens-per-day", "900000M"],
  ...["--budget", "900000000usd/month", "--max-concurrent", "1000"],
];

/** The gateway's own key. */
const OWN_KEY = "bench-own-key";

const CONNECTIONS = 32;

/** How long a gateway is idle before its memory is read, in ms. */
const IDLE_MS = 2000;

/** Rounds for one of the others: what is compared differs by little. */
const MORE_ROUNDS = 3;

const COUNTED_CALLS = 200_000;

/** What was measured. */
export interface KeysFigures {
  /** With the gateway's own key, which has no limits. */
  readonly ownKey: LoadResult;
  readonly clientKey: LoadResult;
  /** Median over the rounds of the requests/s with the client key divided by those with the own key. */
  readonly clientKeyToOwn: number;
  /** How long the counting of a call's usage takes. */
  readonly usageMicroseconds: number;
  /** Resident memory of an idle gateway with an account, in MiB; medians of several starts. */
  readonly idle: { readonly withoutKeys: number; readonly withKeys: number };
}

/**
 * Measures a gateway of its own in front of the upstream.
 *
 * @throws {Error} When Pollux cannot be started, or a request fails.
 */
export async function measureKeys(
  upstreamUrl: string,
  { options, tool, effort }: {
    readonly options: ContenderOptions;
    readonly tool: LoadTool;
    readonly effort: Effort;
  },
): Promise<KeysFigures> {
  const place = { ...options, folder: `${options.folder}/keys` };
  await Deno.mkdir(place.folder);
  await addAccount(upstreamUrl, place);
  const command = gatewayCommand(place);
  const withoutKeys = await idleMemory(command, effort.coldStarts);
  let key = "";
  for (let nth = 0; nth < KEYS; nth++) {
    const words = ["keys", "create", `bench-${nth}`, "--key-only", ...LIMITS];
    key = (await runPollux(words, place)).trim();
  }
  const withKeys = await idleMemory(command, effort.coldStarts);
  const env = { POLLUX_AUTH_API_KEY: OWN_KEY };
  const server = await startServer({ ...command, env });
  try {
    const url = `${server.url}/v1beta/models/bench-json:generateContent`;
    const load = (key: string, seconds: number) =>
      tool.run({ url, body: BODY, connections: CONNECTIONS, seconds, key });
    for (const warmed of [OWN_KEY, key]) await load(warmed, WARM_UP_SECONDS);
    const seconds = Math.ceil(effort.seconds / 2);
    const { base, other, ratio } = await alternate(effort.rounds * MORE_ROUNDS, {
      base: () => load(OWN_KEY, seconds),
      other: () => load(key, seconds),
    });
    return {
      ownKey: base,
      clientKey: other,
      clientKeyToOwn: ratio,
      usageMicroseconds: await countingTime(),
      idle: { withoutKeys, withKeys },
    };
  } finally {
    await server.stop();
  }
}

/** The median of the resident memory after several starts, in MiB. */
async function idleMemory(command: ServerCommand, starts: number): Promise<number> {
  const found: number[] = [];
  for (let start = 0; start < starts; start++) {
    const server = await startServer(command);
    try {
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      found.push((await readResidentMemory(server.pid)).now);
    } finally {
      await server.stop();
    }
  }
  return median(found);
}

/** Counts calls in this process; no flag switches the counting off in a gateway. Returns µs for a call. */
async function countingTime(): Promise<number> {
  using store = await openStore({ memory: true });
  const keeper = store.keeper({ clock: Date, onProblem() {} });
  const prices = new Prices();
  const ledger = new UsageLedger({
    keeper,
    nameOf: () => undefined,
    costOf: (model, usage, method) =>
      costOf({ model, usage }, { prices, atMs: Date.now(), method }),
  });
  const atMs = Date.now();
  const call = {
    ...{ keyId: "key_bench", keyName: "bench", account: "bench", model: "gemini-2.5-flash" },
    ...{ method: "generateContent", failedTries: [], status: 200, failure: "" },
    ...{ startedAtMs: atMs, firstByteAtMs: atMs, finishedAtMs: atMs, bytesIn: 200, bytesOut: 500 },
    usage: { prompt: 12, cached: 0, tool: 0, candidates: 10, thoughts: 0, total: 22 },
    redaction: { text: (text: string) => text },
  };
  let leastMs = Infinity;
  // The first round warms up the compiler.
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    for (let nth = 0; nth < COUNTED_CALLS; nth++) ledger.end(call);
    leastMs = Math.min(leastMs, performance.now() - start);
  }
  ledger.flush();
  await keeper.close();
  return leastMs * 1000 / COUNTED_CALLS;
}
