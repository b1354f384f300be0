/**
 * The gateway in a process of its own, before an emulated Google in this one.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import { type Gateway, runPollux, startGateway } from "../support/pollux_process.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { ACCOUNT_KINDS } from "../../src/gemini/api/account_kinds.ts";
import { handIn } from "../support/hand_in.ts";

/** The accounts, one of each kind, each named after its kind. */
export const ACCOUNT_NAMES = ACCOUNT_KINDS;

const MEMORY_PRELOAD = fileURLToPath(new URL("./memory_preload.ts", import.meta.url));

const memorySchema = z.object({ heapUsed: z.number(), external: z.number(), rss: z.number() });

const statusSchema = z.object({ accounts: z.array(z.object({ callsInFlight: z.number() })) });

/** What a process uses once its garbage is collected, in bytes. */
export type Memory = z.infer<typeof memorySchema>;

/** The two, running. */
export interface GatewayProcess extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly url: string;
  /** The gateway's process. */
  readonly pid: number;
  /** The calls in flight of each account, as `pollux status` tells them. */
  callsInFlight(): Promise<readonly number[]>;
  /** Collects the gateway's garbage, and tells what memory is left in use. */
  memory(): Promise<Memory>;
}

/** Starts both. */
export async function startGatewayProcess(): Promise<GatewayProcess> {
  await using started = new AsyncDisposableStack();
  const emulator = started.use(await startEmulator({ record: false }));
  const folder = started.use(tempFolder());
  const dataDir = `${folder.path}/data`;
  for (const words of wordsOfAccounts(emulator, folder.path)) {
    const { code, stderr } = await runPollux(["accounts", "add", ...words], { dataDir });
    assert.equal(code, 0, stderr);
  }
  const portFile = `${folder.path}/memory-port`;
  const gateway: Gateway = started.use(
    await startGateway({
      dataDir,
      runFlags: [`--preload=${MEMORY_PRELOAD}`, "--v8-flags=--expose-gc"],
      env: { POLLUX_TEST_MEMORY: portFile, POLLUX_LOG_LEVEL: "error" },
    }),
  );
  const memoryUrl = `http://127.0.0.1:${await Deno.readTextFile(portFile)}`;
  const both = started.move();
  return {
    emulator,
    url: gateway.url,
    pid: gateway.pid,
    async callsInFlight() {
      const { code, stdout, stderr } = await runPollux(["status", "--json"], { dataDir });
      assert.equal(code, 0, stderr);
      return statusSchema.parse(JSON.parse(stdout)).accounts.map((one) => one.callsInFlight);
    },
    async memory() {
      return memorySchema.parse(await (await fetch(memoryUrl)).json());
    },
    [Symbol.asyncDispose]: () => both.disposeAsync(),
  };
}

function wordsOfAccounts(emulator: Emulator, folder: string): readonly (readonly string[])[] {
  const hand = (name: string, text: string) => handIn(folder, { name, text });
  const key = hand("key", emulator.addApiKey("gemini-api"));
  const service = hand("service.json", JSON.stringify(emulator.addServiceAccount("vertex")));
  const user = hand("user.json", JSON.stringify(emulator.addUser("code-assist")));
  const at = ["--base-url", emulator.url];
  return [
    ["gemini-api", "gemini-api", "--key-file", key, ...at],
    ["vertex", "vertex", "--credentials", service, "--location", "us-central1", ...at],
    ["code-assist", "code-assist", "--credentials", user, "--yes", ...at],
  ];
}
