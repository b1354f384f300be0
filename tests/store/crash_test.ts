import assert from "node:assert/strict";
import { join } from "node:path";
import { openStore } from "../../src/store/open_store.ts";
import { ExpectedAccounts } from "./expected_accounts.ts";
import { RandomMoments } from "../support/random_moments.ts";
import { copySchema1Folder, SCHEMA1_ACCOUNTS } from "./schema1_folder.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { Victim } from "./victim.ts";

/** How many processes are killed, in each of three ways. */
const KILLS = { whileEditing: 150, whileResealing: 200, whileMigrating: 150 } as const;

/** The stretch of work within which a process is killed, in lines that it prints. */
const LINES = { editing: 20, resealing: 3, migrating: 2 } as const;

type Random = () => number;

/** Whether a database has an entry that is there only while something is under way. */
async function isUnderWay(dataDir: string): Promise<{ migration: boolean; change: boolean }> {
  using kv = await Deno.openKv(join(dataDir, "pollux.db"));
  const { value } = await kv.get(["v1", "sealing"]);
  const sealing = value instanceof Uint8Array ? new TextDecoder().decode(value) : "";
  return {
    migration: (await kv.get(["migration"])).versionstamp !== null,
    change: sealing.includes('"change"'),
  };
}

/** Kills a process that adds, edits, refreshes and removes accounts, again and again. */
async function killWhileEditing(random: Random): Promise<{ answers: number }> {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const expected = await ExpectedAccounts.begin(dataDir);
  const moments = new RandomMoments(random, LINES.editing);
  for (let kill = 0; kill < KILLS.whileEditing; kill++) {
    const editor = new Victim("edit_program.ts", [dataDir, `e${kill}`]);
    await moments.wait(editor);
    await expected.check(await editor.kill());
  }
  return expected;
}

/** Kills a process that changes the key without end, and one that edits accounts meanwhile. */
async function killWhileResealing(
  random: Random,
): Promise<{ answers: number; unfinished: number; changes: number }> {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const expected = await ExpectedAccounts.begin(dataDir);
  const moments = new RandomMoments(random, LINES.resealing);
  let unfinished = 0;
  let changes = 0;
  for (let kills = 0; kills < KILLS.whileResealing; kills += 2) {
    const editor = new Victim("edit_program.ts", [dataDir, `r${kills}`]);
    const resealer = new Victim("reseal_on_program.ts", [dataDir]);
    await moments.wait(resealer);
    const resealed = await resealer.kill();
    changes += resealed.filter((line) => line === "resealed").length;
    if ((await isUnderWay(dataDir)).change) unfinished++;
    await expected.check(await editor.kill());
  }
  return { answers: expected.answers, unfinished, changes };
}

/** Kills a process that brings a folder of schema 1 up to date. */
async function killWhileMigrating(random: Random): Promise<{ unfinished: number; done: number }> {
  const moments = new RandomMoments(random, LINES.migrating);
  let unfinished = 0;
  let done = 0;
  for (let kill = 0; kill < KILLS.whileMigrating; kill++) {
    using folder = tempFolder();
    const dataDir = join(folder.path, "data");
    copySchema1Folder(dataDir);
    const opener = new Victim("migrate_program.ts", [dataDir]);
    await moments.wait(opener);
    const lines = await opener.kill();
    if (lines.includes("open")) done++;
    else if ((await isUnderWay(dataDir)).migration) unfinished++;
    using store = await openStore({ dataDir });
    assert.deepEqual(await store.accounts.list(), SCHEMA1_ACCOUNTS);
    assert.equal((await isUnderWay(dataDir)).migration, false);
  }
  return { unfinished, done };
}

Deno.test("openStore() finds everything that was answered before a kill -9 at a random moment, 500 times", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  try {
    const [editing, resealing, migrating] = await Promise.all([
      killWhileEditing(seededRandom(seed)),
      killWhileResealing(seededRandom(seed + 1)),
      killWhileMigrating(seededRandom(seed + 2)),
    ]);
    console.log(
      `${KILLS.whileEditing} kills within ${editing.answers} answered changes; ` +
        `${KILLS.whileResealing} within ${resealing.changes} changes of key beside ` +
        `${resealing.answers} answered changes, ${resealing.unfinished} keys half changed; ` +
        `${KILLS.whileMigrating} within changes of schema, ${migrating.unfinished} half done, ` +
        `${migrating.done} done`,
    );
    assert.ok(editing.answers > 0 && resealing.answers > 0);
    assert.ok(resealing.unfinished > 0 && migrating.unfinished > 0);
  } catch (error) {
    console.error(`The seed was ${seed}`);
    throw error;
  }
});
