/**
 * A gateway that is killed while its clients make things, again and again. `POLLUX_KILLS` says how often; by
 * default few, so that the run is short.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import { type Gateway, runPollux, startGateway } from "../support/pollux_process.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { NAMES } from "../server/owners/owner_testbed.ts";

/** How many gateways are killed. */
export const KILLS = Number(Deno.env.get("POLLUX_KILLS") ?? 15);

/** The promise, in ms. */
const DURABLE_MS = 1000;

/** When a gateway is killed, in ms after it made something, however busy the machine is. */
const LIFE = { least: 1300, most: 2400 } as const;

/** How many clients call at a time, and the pause of each between two calls, in ms. */
const CLIENTS = 3;
const PAUSE_MS = 40;

/** A gateway in a process of its own, and its Google in this one. */
export interface KilledPlace {
  readonly url: string;
  readonly emulator: Emulator;
}

/** What the clients do. */
export interface KillLoopOptions<Made> {
  /** Prepares Google for a gateway's life. Default: nothing. */
  readonly prepare?: (emulator: Emulator) => void;
  /** The ways to make something. Each notes what was made once its client has read of it. */
  readonly make: readonly ((place: KilledPlace, note: (made: Made) => void) => Promise<void>)[];
  /** Checks what the gateway knows after its restart; `old` is what it promised to keep. */
  readonly check: (
    place: KilledPlace,
    made: { readonly old: readonly Made[]; readonly young: readonly Made[] },
  ) => Promise<void>;
}

/** What a killed gateway made, and when. */
interface Life<Made> {
  readonly made: readonly { readonly what: Made; readonly atMs: number }[];
  readonly killedAtMs: number;
}

/** Kills gateways with three accounts in three projects, and checks each one that follows. */
export async function killAgainAndAgain<Made>(options: KillLoopOptions<Made>): Promise<void> {
  using folder = tempFolder();
  await using emulator = await startEmulator();
  const dataDir = `${folder.path}/data`;
  await addAccounts(emulator, dataDir);
  const random = seededRandom(1);
  let before: Life<Made> | undefined;
  let checked = 0;
  for (let kill = 0; kill <= KILLS; kill++) {
    await using gateway = await startGateway({ dataDir, env: { POLLUX_LOG_LEVEL: "error" } });
    const place = { url: gateway.url, emulator };
    if (before !== undefined) {
      const { made, killedAtMs } = before;
      const { old = [], young = [] } = Object.groupBy(
        made,
        ({ atMs }) => atMs < killedAtMs - DURABLE_MS ? "old" : "young",
      );
      checked += old.length;
      await options.check(place, {
        old: old.map(({ what }) => what),
        young: young.map(({ what }) => what),
      });
    }
    if (kill === KILLS) break;
    options.prepare?.(emulator);
    const lifeMs = LIFE.least + random() * (LIFE.most - LIFE.least);
    before = await makeUntilKilled(gateway, {
      place,
      make: options.make,
      lifeMs,
      firstWay: kill,
    });
  }
  console.log(`${KILLS} kills, ${checked} owners that were older than a second`);
  assert.ok(checked >= KILLS, `${checked} owners were a second old`);
}

/** Makes things without end, until the gateway is killed. */
async function makeUntilKilled<Made>(
  gateway: Gateway,
  { place, make, lifeMs, firstWay }: Pick<KillLoopOptions<Made>, "make"> & {
    readonly place: KilledPlace;
    readonly lifeMs: number;
    /** Which way comes first, so that a slow machine gets to all of them. */
    readonly firstWay: number;
  },
): Promise<Life<Made>> {
  const made: { what: Made; atMs: number }[] = [];
  const first = Promise.withResolvers<void>();
  let isAlive = true;
  async function client(nth: number): Promise<void> {
    for (let turn = firstWay + nth; isAlive; turn++) {
      try {
        await (make[turn % make.length] ?? assert.fail())(place, (what) => {
          made.push({ what, atMs: performance.now() });
          first.resolve();
        });
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
    const killedAtMs = performance.now();
    gateway.signal("SIGKILL");
    return killedAtMs;
  });
  const [killedAtMs] = await Promise.all([killed, ...clients]);
  await gateway.ended;
  return { made, killedAtMs };
}

async function addAccounts(emulator: Emulator, dataDir: string): Promise<void> {
  for (const name of NAMES) {
    const words = ["add", "gemini-api", name, "--key-env", "KEY", "--base-url", emulator.url];
    const env = { KEY: emulator.addApiKey(name) };
    const { code, stderr } = await runPollux(["accounts", ...words], { dataDir, env });
    assert.equal(code, 0, stderr);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
