/** Owners of files after kill -9, and between gateways on one store. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { OWNERS } from "../../src/pool/owners/owners.ts";
import { within } from "../support/deadline.ts";
import { readKept } from "../support/kept.ts";
import { leaveOut } from "../support/left_out.ts";
import { runPollux, startGateway } from "../support/pollux_process.ts";
import { prepareKvServer } from "../support/prepare_kv_server.ts";
import { SharedStore } from "../support/shared_store.ts";
import { tempFolder } from "../support/temp_folder.ts";
import {
  accountOf,
  isOf,
  NAMES,
  ownAccounts,
  promptOf,
  startOwnerTestbed,
} from "../server/owners/owner_testbed.ts";

const LIMIT_MS = 30_000;

/** The promise: an owner older than this, in ms, is not lost. */
const DURABLE_MS = 1000;

Deno.test("An owner that is a second old survives kill -9", async () => {
  using folder = tempFolder();
  await using emulator = await startEmulator();
  const dataDir = `${folder.path}/data`;
  for (const name of NAMES) {
    const words = ["add", "gemini-api", name, "--key-env", "KEY", "--base-url", emulator.url];
    const env = { KEY: emulator.addApiKey(name) };
    const { code, stderr } = await runPollux(["accounts", ...words], { dataDir, env });
    assert.equal(code, 0, stderr);
  }
  const plant = () => {
    const file = emulator.files(emulator.projectOf("two")).plant({ source: "UPLOADED" });
    return String(file["name"]);
  };
  const names = [plant(), plant()];
  const [old = "", young = ""] = names;
  {
    await using gateway = await startGateway({ dataDir });
    assert.equal(await accountOf(await fetch(`${gateway.url}/v1beta/${old}`)), "two");
    await new Promise((resolve) => setTimeout(resolve, DURABLE_MS));
    assert.equal(await accountOf(await fetch(`${gateway.url}/v1beta/${young}`)), "two");
    gateway.signal("SIGKILL");
    await gateway.ended;
  }
  await using gateway = await startGateway({ dataDir });
  const reads = emulator.requests.filter(isOf("read")).length;
  assert.equal(await accountOf(await promptOf(gateway.url, [old])), "two");
  assert.equal(emulator.requests.filter(isOf("read")).length, reads);
  // One that is younger may be lost, and is found again by a read.
  assert.equal(await accountOf(await promptOf(gateway.url, [young])), "two");
  assert.ok(emulator.requests.filter(isOf("read")).length - reads <= NAMES.length);
});

const { path: program, missing } = await prepareKvServer();
if (missing !== undefined) leaveOut("owners in shared stores", { reason: missing });
else if (program !== undefined) {
  Deno.test("Two gateways on one store share owners and deletions", async () => {
    await using shared = await SharedStore.start(program);
    await using emulator = await startEmulator();
    const accounts = ownAccounts(emulator);
    await using stack = new AsyncDisposableStack();
    const beds = [];
    for (let nth = 0; nth < 2; nth++) {
      const store = await shared.open();
      stack.defer(() => store.close());
      const keeper = store.keeper({ clock: Date, onProblem: () => {} });
      stack.defer(() => keeper.close());
      beds.push(stack.use(await startOwnerTestbed({ emulator, accounts, keeper })));
    }
    const [first, second] = beds;
    assert.ok(first && second);
    const name = first.plant("three");
    assert.equal(await accountOf(await first.ask(name)), "three");
    const reads = first.asked("read").length;
    await within(LIMIT_MS, untilStored(shared), { what: "the owner in the store" });
    assert.equal(await accountOf(await second.prompt([name])), "three");
    assert.equal(first.asked("read").length, reads);
    assert.equal(await accountOf(await first.ask(name, { method: "DELETE" })), "three");
    const gone = async () => {
      while ((await second.prompt([name])).status !== 403) await pause();
    };
    await within(LIMIT_MS, gone(), { what: "the deletion at the other gateway" });
  });
}

async function untilStored(shared: SharedStore): Promise<void> {
  using store = await shared.open();
  while ((await readKept(store, OWNERS)).length === 0) await pause();
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100));
}
