import assert from "node:assert/strict";
import { join } from "node:path";
import { acquireDataLock } from "../../../src/store/folder/data_lock.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { startChild } from "../../support/child.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("acquireDataLock() refuses a second gateway until the first gave the folder back", () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  {
    using _first = acquireDataLock(dataDir);
    assert.throws(() => acquireDataLock(dataDir), (error: Error) => {
      assert.equal(error.name, "StoreError");
      assert.match(error.message, /Another Pollux is running/);
      assert.ok(error.message.includes(`"${dataDir}"`));
      return true;
    });
  }
  using _second = acquireDataLock(dataDir);
});

Deno.test("acquireDataLock() is refused while another process has it, and had after its kill -9", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const child = startChild("lock_program.ts", [dataDir]);
  const reader = child.stdout.getReader();
  await reader.read();
  assert.throws(() => acquireDataLock(dataDir), /Another Pollux is running/);
  using store = await openStore({ dataDir });
  assert.deepEqual(await store.accounts.list(), []);
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  using _lock = acquireDataLock(dataDir);
});
