import assert from "node:assert/strict";
import { join } from "node:path";
import { KeyBook } from "../../src/keys/key_book.ts";
import { openStore } from "../../src/store/open_store.ts";
import { RandomMoments } from "../support/random_moments.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { Victim } from "./victim.ts";

const KILLS = 40;

/** The stretch of work within which a process is killed, in lines that it prints. */
const LINES = 20;

Deno.test("A kill -9 at a random moment loses no change of a client key that was said to be done", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const moments = new RandomMoments(seededRandom(seed), LINES);
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  /** What each key may be: what was done last, and what was asked for since. */
  const expected = new Map<string, readonly string[]>();
  let done = 0;
  let revision = 0n;
  for (let kill = 0; kill < KILLS; kill++) {
    const victim = new Victim("key_program.ts", [dataDir, `k${kill}`]);
    await moments.wait(victim);
    for (const line of await victim.kill()) {
      const [word = "", name = "", state = ""] = line.split(" ");
      const soFar = expected.get(name) ?? ["gone"];
      expected.set(name, word === "done" ? [state] : [...soFar, state]);
      if (word === "done") done++;
    }
    using store = await openStore({ dataDir });
    const book = new KeyBook(store.clientKeys, Date);
    const { keys, unreadable, removed } = await book.list();
    assert.deepEqual(unreadable, []);
    const states = new Map(keys.map(({ name, labels }) => [name, labels.join()]));
    for (const [name, allowed] of expected) {
      const state = states.get(name) ?? "gone";
      assert.ok(allowed.includes(state), `Seed ${seed}: "${name}" is ${state}, not ${allowed}`);
      expected.set(name, [state]);
    }
    // The index of names fits, so that each key can be changed, and no name of a removed one is taken.
    for (const { name, id } of keys) assert.equal((await book.get(name)).id, id);
    for (const { name } of removed) await assert.rejects(book.get(name), { name: "KeyError" });
    const now = await book.revision();
    assert.ok(now >= revision);
    revision = now;
  }
  assert.ok(done > 0);
});
