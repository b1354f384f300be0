/** Signals that come while `pollux serve` starts. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { acquireDataLock } from "../../src/store/folder/data_lock.ts";
import { exists } from "../../src/store/folder/private_file.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { within } from "../support/deadline.ts";
import { startGateway } from "../support/pollux_process.ts";

/** Far more than a start takes, on a busy machine too. */
const LIMIT_MS = 30_000;

/** A configuration that a gateway waits for: a pipe. */
async function makePipe(folder: string): Promise<string> {
  const path = join(folder, "config.yaml");
  assert.ok((await new Deno.Command("mkfifo", { args: [path] }).output()).success);
  return path;
}

/** Resolves when somebody reads from the pipe. */
function openPipe(path: string): Promise<Deno.FsFile> {
  return within(LIMIT_MS, Deno.open(path, { write: true }), { what: "Reading" });
}

Deno.test("serve goes on with its start at SIGHUP", async () => {
  using folder = tempFolder();
  const pipe = await makePipe(folder.path);
  await using gateway = await startGateway({
    dataDir: join(folder.path, "data"),
    flags: ["--config", pipe],
    async whileStarting(signal) {
      using writer = await openPipe(pipe);
      signal("SIGHUP");
      await writer.write(new TextEncoder().encode("log: {level: info}\n"));
    },
  });
  const { status, body } = await fetch(`${gateway.url}/healthz`);
  await body?.cancel();
  assert.equal(status, 200);
  gateway.signal("SIGTERM");
  assert.equal((await gateway.ended).code, 0);
});

for (const name of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`serve ends at ${name} while it reads its configuration, with 0, and makes nothing`, async () => {
    using folder = tempFolder();
    const dataDir = join(folder.path, "data");
    const pipe = await makePipe(folder.path);
    using open = new DisposableStack();
    const starting = startGateway({
      dataDir,
      flags: ["--config", pipe],
      async whileStarting(signal) {
        open.use(await openPipe(pipe));
        signal(name);
      },
    });
    await assert.rejects(starting, { message: "It ended with code 0: " });
    assert.equal(exists(dataDir), false);
  });

  Deno.test(`serve ends at ${name} while it waits for its store, with 0, and leaves its folder free`, async () => {
    using folder = tempFolder();
    const dataDir = join(folder.path, "data");
    const key = join(folder.path, "own.key");
    await Deno.writeFile(key, new Uint8Array(32).fill(7), { mode: 0o600 });
    const asked = Promise.withResolvers<void>();
    const { promise: response, resolve: giveUp } = Promise.withResolvers<Response>();
    await using store = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
      asked.resolve();
      return response;
    });
    using held = new DisposableStack();
    held.defer(() => giveUp(new Response()));
    const starting = startGateway({
      dataDir,
      env: {
        POLLUX_STORE_URL: `http://127.0.0.1:${store.addr.port}`,
        POLLUX_STORE_TOKEN: "planted-token",
        POLLUX_MASTER_KEY_FILE: key,
      },
      async whileStarting(signal) {
        await within(LIMIT_MS, asked.promise, { what: "A request" });
        signal(name);
      },
    });
    await assert.rejects(starting, { message: "It ended with code 0: " });
    assert.deepEqual([...Deno.readDirSync(dataDir)].map((entry) => entry.name), ["gateway.lock"]);
    using _lock = acquireDataLock(dataDir);
  });
}
