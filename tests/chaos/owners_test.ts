/**
 * A gateway that is killed in the middle of uploads and creates, again and again: no owner that is older than a second is lost,
 * and a younger one is found again by a read. `POLLUX_KILLS` says how often; by default few, so that the run is short.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import { type Gateway, runPollux, startGateway } from "../support/pollux_process.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { accountOf, NAMES, promptOf } from "../server/owners/owner_testbed.ts";
import {
  begun,
  fileIn,
  goOn,
  GRANULARITY,
  send,
  someBytes,
} from "../server/uploads/upload_calls.ts";

/** How many gateways are killed. */
const KILLS = Number(Deno.env.get("POLLUX_KILLS") ?? 15);

/** The promise, in ms. */
const DURABLE_MS = 1000;

/** When a gateway is killed, in ms after its first upload. */
const LIFE = { least: 1300, most: 2400 } as const;

const MODEL = "gemini-2.5-flash";

/** How many clients upload at a time, and the pause of each between two uploads, in ms. */
const CLIENTS = 3;
const PAUSE_MS = 40;

/** A file or a cache whose client got the response. */
interface Upload {
  readonly name: string;
  readonly atMs: number;
}

/** How a client makes something; the third way is killed between two chunks more often than the others. */
const WAYS: readonly ((url: string) => Promise<string>)[] = [
  async (url) =>
    await fileIn(
      await send(`${url}/upload/v1beta/files?uploadType=media`, { "content-type": "text/plain" }, {
        body: "notes",
      }),
    ),
  async (url) =>
    await fileIn(await goOn(await begun(url), "upload, finalize", { body: someBytes(1000) })),
  async (url) => {
    const address = await begun(url);
    const first = await goOn(address, "upload", { body: someBytes(GRANULARITY) });
    await first.body?.cancel();
    const last = { offset: GRANULARITY, body: someBytes(1000) };
    return await fileIn(await goOn(address, "upload, finalize", last));
  },
  async (url) => {
    const contents = [{ role: "user", parts: [{ text: "x".repeat(20_000) }] }];
    const body = JSON.stringify({ model: `models/${MODEL}`, contents });
    const response = await fetch(`${url}/v1beta/cachedContents`, { method: "POST", body });
    assert.equal(response.status, 200);
    return (await response.json()).name;
  },
];

/** Uses what was made, in a prompt. */
function use(url: string, name: string): Promise<Response> {
  if (name.startsWith("files/")) return promptOf(url, [name]);
  const contents = [{ role: "user", parts: [{ text: "Say something made up" }] }];
  return fetch(`${url}/v1beta/models/${MODEL}:generateContent`, {
    method: "POST",
    body: JSON.stringify({ contents, cachedContent: name }),
  });
}

Deno.test(`${KILLS} kills in the middle of uploads and creates lose no owner that is older than a second`, async () => {
  using folder = tempFolder();
  await using emulator = await startEmulator();
  const dataDir = `${folder.path}/data`;
  await addAccounts(emulator, dataDir);
  const random = seededRandom(1);
  let before: { readonly uploads: readonly Upload[]; readonly killedAtMs: number } | undefined;
  let checked = 0;
  for (let kill = 0; kill <= KILLS; kill++) {
    await using gateway = await startGateway({ dataDir, env: { POLLUX_LOG_LEVEL: "error" } });
    if (before !== undefined) checked += await check(gateway.url, { emulator, ...before });
    if (kill === KILLS) break;
    const lifeMs = LIFE.least + random() * (LIFE.most - LIFE.least);
    before = await uploadUntilKilled(gateway, lifeMs);
  }
  assert.ok(checked >= KILLS, `${checked} owners were a second old`);
});

/** Uploads without end, until the gateway is killed. */
async function uploadUntilKilled(gateway: Gateway, lifeMs: number) {
  const uploads: Upload[] = [];
  let isAlive = true;
  async function client(nth: number): Promise<void> {
    for (let turn = nth; isAlive; turn++) {
      try {
        const name = await (WAYS[turn % WAYS.length] ?? assert.fail())(gateway.url);
        uploads.push({ name, atMs: performance.now() });
        await pause(PAUSE_MS);
      } catch (error) {
        // The gateway is gone in the middle of it.
        if (isAlive) throw error;
      }
    }
  }
  const clients = Array.from({ length: CLIENTS }, (_, nth) => client(nth));
  const killed = pause(lifeMs).then(() => {
    isAlive = false;
    const killedAtMs = performance.now();
    gateway.signal("SIGKILL");
    return killedAtMs;
  });
  const [killedAtMs] = await Promise.all([killed, ...clients]);
  await gateway.ended;
  return { uploads, killedAtMs };
}

/** Checks what the gateway knows after its restart; returns how many owners had to be known. */
async function check(
  url: string,
  { emulator, uploads, killedAtMs }: {
    readonly emulator: Emulator;
    readonly uploads: readonly Upload[];
    readonly killedAtMs: number;
  },
): Promise<number> {
  const isOld = ({ atMs }: Upload) => atMs < killedAtMs - DURABLE_MS;
  const old = uploads.filter(isOld);
  emulator.clear();
  for (const { name } of old) await accountOf(await use(url, name));
  const reads = emulator.requests.filter(({ method, path }) =>
    method === "GET" && /\/(?:files|cachedContents)\//.test(path)
  );
  assert.deepEqual(reads.map(({ path }) => path), [], "owners that were lost");
  for (const upload of uploads) {
    if (!isOld(upload)) await accountOf(await use(url, upload.name));
  }
  return old.length;
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
