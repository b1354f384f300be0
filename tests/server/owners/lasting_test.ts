/** That owners outlive the gateway. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { OWNERS } from "../../../src/pool/owners/owners.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { readKept } from "../../support/kept.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { accountOf, isOf, NAMES, ownAccounts, startOwnerTestbed } from "./owner_testbed.ts";

Deno.test("A gateway that starts on the same data folder knows the owners without a look-up", async () => {
  using folder = tempFolder();
  await using emulator = await startEmulator();
  const accounts = ownAccounts(emulator);
  let name = "";
  for (let start = 0; start < 3; start++) {
    const store = await openStore({ dataDir: folder.path });
    const keeper = store.keeper({ clock: Date, onProblem: () => assert.fail() });
    const bed = await startOwnerTestbed({ emulator, accounts, keeper });
    if (start === 0) name = bed.plant("two");
    assert.equal(await accountOf(await bed.prompt([name])), "two");
    await bed.close();
    await keeper.close();
    store.close();
  }
  const reads = emulator.requests.filter(isOf("read")).length;
  assert.ok(reads <= NAMES.length, `${reads} reads`);
});

Deno.test("A deletion is still known after a restart", async () => {
  using folder = tempFolder();
  await using emulator = await startEmulator();
  const accounts = ownAccounts(emulator);
  const store = await openStore({ dataDir: folder.path });
  const keeper = store.keeper({ clock: Date, onProblem: () => assert.fail() });
  const bed = await startOwnerTestbed({ emulator, accounts, keeper });
  const [kept, gone] = [bed.plant("two"), bed.plant("three")];
  for (const name of [kept, gone]) await accountOf(await bed.ask(name));
  await accountOf(await bed.ask(gone, { method: "DELETE" }));
  await bed.close();
  await keeper.close();
  const rows = await readKept(store, OWNERS);
  assert.deepEqual(rows.map(({ value }) => value.accountId), ["id-two"]);
  store.close();
});
