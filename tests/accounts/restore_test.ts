import assert from "node:assert/strict";
import type { ExportedAccount } from "../../src/accounts/export_file.ts";
import { restore } from "../../src/accounts/restore.ts";
import { openStore } from "../../src/store/open_store.ts";

const [HOME, WORK]: readonly [ExportedAccount, ExportedAccount] = [
  { id: "1", name: "home", fields: { kind: "x", later: [1] }, secret: "home's" },
  { id: "2", name: "work", fields: { kind: "y" }, secret: "work's" },
];

Deno.test("restore() puts accounts back as they were, and a second time changes nothing", async () => {
  using store = await openStore({ memory: true });
  const options = { replace: false, dryRun: false };
  assert.deepEqual(await restore([HOME, WORK], store.accounts, options), [
    { name: "home", outcome: "added" },
    { name: "work", outcome: "added" },
  ]);
  assert.deepEqual(await store.accounts.list(), [HOME, WORK]);
  const revision = await store.accounts.revision();
  assert.deepEqual(await restore([HOME, WORK], store.accounts, { replace: true, dryRun: false }), [
    { name: "home", outcome: "same" },
    { name: "work", outcome: "same" },
  ]);
  assert.equal(await store.accounts.revision(), revision);
});

Deno.test("restore() skips an account whose name is taken, and the others come", async () => {
  using store = await openStore({ memory: true });
  const there = { ...HOME, id: "9", secret: "another" };
  await store.accounts.insert(there);
  assert.deepEqual(await restore([HOME, WORK], store.accounts, { replace: false, dryRun: false }), [
    { name: "home", outcome: "skipped" },
    { name: "work", outcome: "added" },
  ]);
  assert.deepEqual(await store.accounts.find("home"), there);
});

Deno.test("restore() with replace changes all but the id of an account whose name is taken", async () => {
  using store = await openStore({ memory: true });
  await store.accounts.insert({ ...HOME, id: "9", fields: { more: 1 }, secret: "another" });
  assert.deepEqual(await restore([HOME], store.accounts, { replace: true, dryRun: false }), [
    { name: "home", outcome: "replaced" },
  ]);
  // The rests of what was there end with it.
  const fields = { ...HOME.fields, restsEnded: 1 };
  assert.deepEqual(await store.accounts.list(), [{ ...HOME, id: "9", fields }]);
});

Deno.test("restore() adds an account under a new id when its own is taken by another name", async () => {
  using store = await openStore({ memory: true });
  await store.accounts.insert({ ...WORK, id: HOME.id });
  assert.deepEqual(await restore([HOME], store.accounts, { replace: true, dryRun: false }), [
    { name: "home", outcome: "added" },
  ]);
  const added = await store.accounts.find("home");
  assert.ok(added !== undefined && added.id !== HOME.id);
  assert.deepEqual({ ...added, id: HOME.id }, HOME);
  assert.equal((await store.accounts.find("work"))?.secret, WORK.secret);
});

Deno.test("restore() refuses a file with a name that is none, before anything is changed", async () => {
  using store = await openStore({ memory: true });
  const accounts = [HOME, { ...WORK, name: "me@example.com" }];
  await assert.rejects(restore(accounts, store.accounts, { replace: false, dryRun: false }), {
    name: "AccountError",
    message: /must not be an e-mail address/,
  });
  assert.deepEqual(await store.accounts.list(), []);
});

Deno.test("restore() in a dry run tells what would become of each account, and changes nothing", async () => {
  using store = await openStore({ memory: true });
  const there = { ...HOME, id: "9", secret: "another" };
  await store.accounts.insert(there);
  for (const [replace, outcome] of [[false, "skipped"], [true, "replaced"]] as const) {
    assert.deepEqual(await restore([HOME, WORK], store.accounts, { replace, dryRun: true }), [
      { name: "home", outcome },
      { name: "work", outcome: "added" },
    ]);
  }
  assert.deepEqual(await store.accounts.list(), [there]);
});
