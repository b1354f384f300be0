import assert from "node:assert/strict";
import { join } from "node:path";
import { openStore } from "../../src/store/open_store.ts";
import { startChild } from "./child.ts";
import { tempFolder } from "./temp_folder.ts";

const KILLS = 20;

Deno.test("openStore() finds every account that was answered before a kill -9 at a random moment", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const answered: string[] = [];
  for (let round = 0; round < KILLS; round++) {
    answered.push(...await addUntilKilled(dataDir, round));
  }
  using store = await openStore({ dataDir });
  const rows = await store.accounts.list();
  const kept = new Map(rows.map((row) => [row.name, row]));
  for (const name of answered) {
    assert.equal(kept.get(name)?.secret, `secret of ${name}`, name);
    assert.equal((await store.accounts.find(name))?.id, kept.get(name)?.id, name);
  }
  // One account a kill may be written but not yet answered.
  assert.ok(rows.length - answered.length <= KILLS);
  assert.ok(answered.length >= KILLS, `only ${answered.length} accounts were answered`);
});

/** Kills a process that adds accounts: every third one while it starts, the others between two adds. */
async function addUntilKilled(dataDir: string, round: number): Promise<readonly string[]> {
  const child = startChild("add_accounts_program.ts", [dataDir, `round${round}`]);
  const enough = round % 3 === 0 ? 0 : Math.floor(Math.random() * 20) + 1;
  let text = "";
  if (enough === 0) setTimeout(() => child.kill("SIGKILL"), Math.random() * 200);
  let killed = enough === 0;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (!killed && text.split("\n").length > enough) {
      killed = true;
      child.kill("SIGKILL");
    }
  }
  const { signal } = await child.status;
  assert.equal(signal, "SIGKILL");
  return text.split("\n").slice(0, -1);
}
