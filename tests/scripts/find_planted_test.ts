/** The search for planted secrets finds them. @module */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import fc from "fast-check";
import { findPlanted, hasPlanted } from "../../scripts/find_planted.ts";
import { openStore } from "../../src/store/open_store.ts";
import { handIn } from "../support/hand_in.ts";
import { MARKERS, planted } from "../support/planted.ts";

/** A folder that the search of all tests does not see: what lies in it is to be found here. */
async function inFolder(work: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir({ prefix: "pollux-planted-test-" });
  try {
    await work(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

Deno.test("hasPlanted() finds every marker wherever it stands, in every form", () => {
  const around = fc.uint8Array({ maxLength: 20 });
  const marker = fc.constantFrom(...MARKERS);
  fc.assert(fc.property(around, marker, around, (before, secret, after) => {
    const bytes = Buffer.concat([before, Buffer.from(secret), after]);
    assert.ok(hasPlanted(bytes));
    assert.ok(hasPlanted(Buffer.from(bytes.toString("base64"))));
    assert.ok(hasPlanted(Buffer.from(bytes.toString("base64url"))));
    assert.ok(hasPlanted(Buffer.concat([before, Buffer.from(secret, "utf16le"), after])));
  }));
});

Deno.test("hasPlanted() finds nothing in bytes of chance, and in a secret that was sealed", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
    assert.ok(!hasPlanted(bytes));
    assert.ok(!hasPlanted(Buffer.from(Buffer.from(bytes).toString("base64"))));
  }));
  assert.ok(!hasPlanted(Buffer.from("A plant; what was planted; emulated secrets")));
});

Deno.test("findPlanted() names every file with a secret inside or in its name, and exempts what is handed in", async () => {
  await inFolder(async (path) => {
    await Deno.mkdir(join(path, "deep", "er"), { recursive: true });
    await Deno.writeTextFile(join(path, "clean.log"), "nothing");
    await Deno.writeTextFile(join(path, "deep", "er", "leak.log"), `token ${planted("token")}\n`);
    await Deno.writeTextFile(join(path, "deep", planted("name")), "");
    handIn(join(path, "deep"), { name: "credentials.json", text: planted("secret") });
    handIn(path, { name: "other.json", text: "no secret" });
    if (Deno.build.os !== "windows") await Deno.symlink("/", join(path, "everything"));
    assert.deepEqual(await findPlanted(path), {
      leaks: ["deep/er/leak.log", `deep/${planted("name")}`],
      files: 5,
      handedIn: 1,
    });
  });
});

Deno.test("findPlanted() finds what a database holds in clear, and not what it holds sealed", async () => {
  await inFolder(async (dataDir) => {
    using store = await openStore({ dataDir });
    const row = { id: "one", name: "one", fields: {}, secret: planted("sealed") };
    await store.accounts.insert(row);
    assert.deepEqual((await findPlanted(dataDir)).leaks, []);
    await store.accounts.update("one", () => ({ fields: { note: planted("in-clear") } }));
    assert.ok((await findPlanted(dataDir)).leaks.some((leak) => leak.startsWith("pollux.db")));
  });
});
