/** Owners of files after kill -9, and between gateways on one store. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
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
import {
  begun,
  fileIn,
  goOn,
  GRANULARITY,
  send,
  someBytes,
} from "../server/uploads/upload_calls.ts";

const LIMIT_MS = 30_000;

/** The promise: an owner older than this, in ms, is not lost. */
const DURABLE_MS = 1000;

/** Adds an account for each name, with a key of its own. */
async function addAccounts(emulator: Emulator, dataDir: string): Promise<void> {
  for (const name of NAMES) {
    const words = ["add", "gemini-api", name, "--key-env", "KEY", "--base-url", emulator.url];
    const env = { KEY: emulator.addApiKey(name) };
    const { code, stderr } = await runPollux(["accounts", ...words], { dataDir, env });
    assert.equal(code, 0, stderr);
  }
}

Deno.test("An owner that is a second old survives kill -9", async () => {
  using folder = tempFolder();
  await using emulator = await startEmulator();
  const dataDir = `${folder.path}/data`;
  await addAccounts(emulator, dataDir);
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

Deno.test("An upload goes on after kill -9, and its token stands in no log", async () => {
  using folder = tempFolder();
  await using emulator = await startEmulator();
  const dataDir = `${folder.path}/data`;
  await addAccounts(emulator, dataDir);
  const env = { POLLUX_LOG_LEVEL: "debug", POLLUX_LOG_BODIES_UNTIL: "2100-01-01T00:00:00Z" };
  const bytes = someBytes(GRANULARITY + 1);
  let address: URL;
  let owner: string | null;
  const logs: string[] = [];
  {
    await using gateway = await startGateway({ dataDir, env });
    address = new URL(await begun(gateway.url));
    const chunk = await goOn(address.href, "upload", { body: bytes.subarray(0, GRANULARITY) });
    assert.equal(chunk.status, 200, await chunk.text());
    owner = chunk.headers.get("x-pollux-account");
    gateway.signal("SIGKILL");
    const { stdout, stderr } = await gateway.ended;
    logs.push(stdout, stderr);
  }
  {
    await using gateway = await startGateway({ dataDir, env });
    address = new URL(address.pathname + address.search, gateway.url);
    const query = await goOn(address.href, "query");
    assert.equal(query.headers.get("x-goog-upload-size-received"), String(GRANULARITY));
    await query.body?.cancel();
    // A command that Google refuses, and a path that does not exist.
    await (await goOn(address.href, "upload", { offset: 1, body: "x" })).body?.cancel();
    await (await fetch(address.href.replace("/files?", "/fyles?"))).body?.cancel();
    const last = { offset: GRANULARITY, body: bytes.subarray(GRANULARITY) };
    const name = await fileIn(await goOn(address.href, "upload, finalize", last));
    assert.equal(await accountOf(await promptOf(gateway.url, [name])), owner);
    gateway.signal("SIGTERM");
    const { stdout, stderr } = await gateway.ended;
    logs.push(stdout, stderr);
  }
  {
    // The token of an ended upload stays invalid, and reaches no account.
    await using gateway = await startGateway({ dataDir, env });
    const requests = emulator.requests.length;
    const query = await goOn(new URL(address.pathname + address.search, gateway.url).href, "query");
    assert.equal(query.status, 404, await query.text());
    assert.deepEqual(
      emulator.requests.slice(requests).filter(({ path }) => path.startsWith("/upload/")),
      [],
    );
  }
  const token = address.searchParams.get("upload_id") ?? assert.fail("There is no token");
  assert.match(logs.join(""), /media\.resume/);
  assert.ok(logs.every((log) => !log.includes(token)));
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
    const raw = { "x-goog-upload-protocol": "raw", "content-type": "text/plain" };
    const made = await send(`${first.url}/upload/v1beta/files`, raw, { body: "notes" });
    const owner = made.headers.get("x-pollux-account");
    const name = await fileIn(made);
    await within(LIMIT_MS, untilStored(shared), { what: "the owner in the store" });
    assert.equal(await accountOf(await second.prompt([name])), owner);
    assert.deepEqual(first.asked("read"), []);
    assert.equal(await accountOf(await first.ask(name, { method: "DELETE" })), owner);
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
