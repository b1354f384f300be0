/** Every change of accounts is in the audit log, without secrets and addresses. @module */
import assert from "node:assert/strict";
import type { AuthorizedUser } from "../../src/accounts/account.ts";
import { AccountBook } from "../../src/accounts/account_book.ts";
import { auditedAccounts } from "../../src/accounts/audited_accounts.ts";
import { restore } from "../../src/accounts/restore.ts";
import { Secret } from "../../src/accounts/secret.ts";
import { openStore } from "../../src/store/open_store.ts";
import { planted } from "../support/planted.ts";

const KEYED = {
  name: "home",
  kind: "gemini-api",
  baseUrls: ["https://generativelanguage.googleapis.com"],
  credential: { type: "api_key", key: new Secret(planted("key")) },
} as const;

function userWith(refreshToken: string): AuthorizedUser {
  return {
    type: "authorized_user",
    clientId: "client",
    clientSecret: new Secret(planted("client-secret")),
    refreshToken: new Secret(refreshToken),
    tokenUri: "https://oauth2.googleapis.com/token",
  };
}

async function openBook() {
  const store = await openStore({ memory: true });
  let seen = 0;
  return {
    store,
    book: new AccountBook(store.accounts, Date, { door: "command" }),
    /** The entries since the last call, oldest first, as `door action subject: detail`. */
    async entered(): Promise<readonly string[]> {
      const entries = await store.audit.list({ limit: 1000 });
      const fresh = entries.slice(0, entries.length - seen).toReversed();
      seen = entries.length;
      assert.ok(!JSON.stringify(entries).includes(planted("")), "no secret and no address");
      return fresh.map(({ door, action, subject, detail }) =>
        `${door} ${action} ${subject}${detail === "" ? "" : `: ${detail}`}`
      );
    },
    [Symbol.dispose]: () => store.close(),
  };
}

Deno.test("AccountBook enters each change with what it changes", async () => {
  using open = await openBook();
  const { book, store, entered } = open;
  const { id } = await book.add({ ...KEYED, labels: ["team"], priority: 2 });
  assert.deepEqual(await entered(), [
    'command accounts.add home: kind "gemini-api", labels "team", priority 2',
  ]);
  await book.edit("home", { priority: 5, weight: 3, labels: null, deny: ["*-pro"] });
  assert.deepEqual(await entered(), [
    'command accounts.edit home: labels "team" → none, priority 2 → 5, weight 3, models.deny "*-pro"',
  ]);
  await book.edit("home", { baseUrls: ["https://example.com"], name: "house" });
  assert.deepEqual(await entered(), [
    'command accounts.edit home: name "home" → "house", baseUrls changed',
  ]);
  await book.edit("house", { key: new Secret(planted("other-key")) });
  assert.deepEqual(await entered(), ["command accounts.edit house: credential changed"]);
  await book.edit("house", { proxy: new Secret(`http://${planted("user")}@proxy.example:1`) });
  assert.deepEqual(await entered(), ["command accounts.edit house: proxy changed"]);
  await book.disable("house");
  await book.enable("house");
  await book.enable("house");
  await book.endRests(id);
  assert.deepEqual(await entered(), [
    "command accounts.disable house",
    "command accounts.enable house",
    "command accounts.end-cool-downs house",
    "command accounts.end-cool-downs house",
  ]);
  await new AccountBook(store.accounts, Date, { door: "page" }).remove("house");
  assert.deepEqual(await entered(), ["page accounts.remove house"]);
});

Deno.test("AccountBook enters nothing for what fails, changes nothing, or is no change", async () => {
  using open = await openBook();
  const { book, entered } = open;
  const { id } = await book.add(KEYED);
  await book.add({ ...KEYED, name: "other" });
  const signedIn = await book.add({
    ...KEYED,
    name: "user",
    kind: "code-assist",
    credential: userWith(planted("refresh-token")),
  });
  await entered();
  await assert.rejects(book.add(KEYED));
  await assert.rejects(book.edit("home", { name: "other" }));
  await assert.rejects(book.edit("none", { priority: 1 }));
  assert.equal(await book.remove("none"), false);
  assert.equal(await book.update("none", { priority: 1 }), undefined);
  await book.update(id, {});
  await book.credential(id);
  // Google gives a new refresh token from time to time.
  const from = new Secret(planted("refresh-token"));
  await book.replaceRefreshToken(signedIn.id, { from, to: new Secret(planted("next-token")) });
  assert.deepEqual(await entered(), []);
});

Deno.test("AccountBook enters a sign-in, and what the gateway finds out by itself", async () => {
  using open = await openBook();
  const { book, store, entered } = open;
  const credential = userWith(planted("refresh-token"));
  const account = await book.add({ ...KEYED, name: "user", kind: "code-assist", credential });
  await entered();
  const gateway = new AccountBook(store.accounts, Date);
  await gateway.update(account.id, { project: "found" });
  const reason = `Google says: ${planted("user")}@example.com\nis not eligible`;
  await gateway.refuse(account, reason);
  assert.deepEqual(await entered(), [
    'gateway accounts.edit user: project "found"',
    "gateway accounts.disable user: Google says: *** is not eligible",
  ]);
  await book.renew(account, { credential: userWith(planted("new-token")) });
  assert.deepEqual(await entered(), ["command accounts.sign-in user"]);
  const was = userWith(planted("new-token"));
  await gateway.disableRefused(account.id, { credential: was, reason: "invalid_grant" });
  assert.deepEqual(await entered(), ["gateway accounts.disable user: invalid_grant"]);
});

Deno.test("auditedAccounts() enters what an import restores", async () => {
  using open = await openBook();
  const { store, book, entered } = open;
  const added = await book.add(KEYED);
  const [row] = await store.accounts.list();
  assert.ok(row?.secret !== undefined);
  await book.edit("home", { weight: 7 });
  await entered();
  const exported = [
    { id: added.id, name: "home", fields: row.fields, secret: row.secret },
    { id: "new", name: "copy", fields: row.fields, secret: row.secret },
  ];
  const rows = auditedAccounts(store.accounts, "command");
  await restore(exported, rows, { replace: true, dryRun: true });
  assert.deepEqual(await entered(), []);
  await restore(exported, rows, { replace: true, dryRun: false });
  assert.deepEqual(await entered(), [
    "command accounts.edit home: weight 7 → none",
    'command accounts.add copy: kind "gemini-api"',
  ]);
});
