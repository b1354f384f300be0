import assert from "node:assert/strict";
import { AccountBook, type NewAccount } from "../../src/accounts/account_book.ts";
import { viewOf } from "../../src/accounts/account_view.ts";
import { Secret } from "../../src/accounts/secret.ts";
import { openStore, type Store } from "../../src/store/open_store.ts";

const KEYED: NewAccount = {
  name: "keyed",
  kind: "gemini-api",
  baseUrls: ["https://generativelanguage.googleapis.com"],
  credential: { type: "api_key", key: new Secret("planted-key") },
};

const SIGNED_IN: NewAccount = {
  name: "signed-in",
  kind: "code-assist",
  baseUrls: ["https://cloudcode-pa.googleapis.com"],
  project: "my-project",
  credential: {
    type: "authorized_user",
    clientId: "client",
    clientSecret: new Secret("planted-secret"),
    refreshToken: new Secret("planted-token"),
    tokenUri: "https://oauth2.googleapis.com/token",
  },
};

const SERVICE: NewAccount = {
  name: "service",
  kind: "vertex",
  baseUrls: ["https://us-central1-aiplatform.googleapis.com"],
  project: "my-project",
  location: "us-central1",
  credential: {
    type: "service_account",
    clientEmail: "planted-user@example.com",
    privateKeyId: "key-1",
    privateKey: new Secret("planted-private-key"),
    tokenUri: "https://oauth2.googleapis.com/token",
    projectId: "my-project",
  },
};

function bookOf(store: Store): AccountBook {
  return new AccountBook(store.accounts, { now: () => Date.UTC(2026, 0, 2) });
}

async function refreshTokenOf(book: AccountBook, name: string): Promise<string> {
  const { credential } = await book.get(name);
  assert.equal(credential.type, "authorized_user");
  return credential.type === "authorized_user" ? credential.refreshToken.reveal() : "";
}

Deno.test("AccountBook gives back what was added, of every kind, ordered by name", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  const signedIn = await book.add(SIGNED_IN);
  const keyed = await book.add(KEYED);
  const service = await book.add(SERVICE);
  assert.equal(keyed.createdAt, "2026-01-02T00:00:00.000Z");
  assert.equal(keyed.enabled, true);
  const { accounts, unreadable } = await book.list();
  assert.deepEqual(accounts, [keyed, service, signedIn]);
  assert.deepEqual(unreadable, []);
  const { credential } = await book.get("keyed");
  assert.equal(credential.type === "api_key" && credential.key.reveal(), "planted-key");
  assert.equal(await refreshTokenOf(book, "signed-in"), "planted-token");
  const { credential: kept } = await book.get("service");
  assert.equal(
    kept.type === "service_account" && kept.privateKey.reveal(),
    "planted-private-key",
  );
});

Deno.test("AccountBook puts no secret into the public part of a row", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  await book.add(SIGNED_IN);
  await book.add(KEYED);
  await book.add(SERVICE);
  for (const { fields } of await store.accounts.list()) {
    assert.doesNotMatch(JSON.stringify(fields), /planted/);
  }
});

Deno.test("AccountBook.add() refuses a taken name and changes nothing", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  const first = await book.add(KEYED);
  await assert.rejects(book.add({ ...SIGNED_IN, name: "keyed" }), {
    name: "AccountError",
    message: /An account "keyed" already/,
  });
  assert.deepEqual((await book.list()).accounts, [first]);
});

Deno.test("AccountBook.add() refuses names that are none, e-mail addresses above all", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  for (const name of ["", "a b", "a/b", "ä", "a\n", "x".repeat(65), "ada@example.com"]) {
    await assert.rejects(book.add({ ...KEYED, name }), (error: Error) => {
      assert.equal(error.name, "AccountError");
      assert.ok(!error.message.includes("ada@"), error.message);
      return true;
    });
  }
  for (
    const name of ["AIzaSyPlanted-0123456789", "AQ.planted-0123456789", "ya29.planted-0123456789"]
  ) {
    await assert.rejects(book.add({ ...KEYED, name }), /must not be a key/);
  }
  for (const name of ["Ab.9_-", "AIza", "AQ.work"]) await book.add({ ...KEYED, name });
});

Deno.test("AccountBook.enable() and disable() change nothing else, and enabling forgets the reason", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  const added = await book.add(SIGNED_IN);
  await book.update(added.id, { enabled: false, disabledReason: "Token has been revoked" });
  const disabled = await book.disable("signed-in");
  assert.deepEqual(disabled, {
    ...added,
    enabled: false,
    disabledReason: "Token has been revoked",
  });
  assert.deepEqual(await book.enable("signed-in"), { ...added, restsEnded: 1 });
  await assert.rejects(book.enable("other"), /There is no account "other".*accounts list/);
});

Deno.test("AccountBook.update() keeps fields that a newer version stored", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  const { id } = await book.add(KEYED);
  await store.accounts.update(id, ({ fields }) => ({
    fields: { ...fields, weight: 3, proxy: null },
    secret: JSON.stringify({ key: "planted-key", other: "x" }),
  }));
  await book.update(id, { project: "p-1" });
  const row = await store.accounts.find("keyed");
  assert.equal(row?.fields["weight"], 3);
  assert.equal(row?.fields["proxy"], null);
  assert.equal(row?.fields["project"], "p-1");
  assert.deepEqual(JSON.parse(row?.secret ?? ""), { key: "planted-key", other: "x" });
});

Deno.test("AccountBook.update() of an account that is gone gives nothing", async () => {
  using store = await openStore({ memory: true });
  assert.equal(await bookOf(store).update("gone", { enabled: false }), undefined);
});

Deno.test("AccountBook.replaceRefreshToken() keeps a token that another process put there", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  const { id } = await book.add(SIGNED_IN);
  const [old, next, late] = [new Secret("planted-token"), new Secret("next"), new Secret("late")];
  await book.replaceRefreshToken(id, { from: old, to: next });
  assert.equal(await refreshTokenOf(book, "signed-in"), "next");
  await book.replaceRefreshToken(id, { from: old, to: late });
  assert.equal(await refreshTokenOf(book, "signed-in"), "next");
  const { credential } = await book.get("signed-in");
  assert.equal(
    credential.type === "authorized_user" && credential.clientSecret.reveal(),
    "planted-secret",
  );
});

Deno.test("AccountBook.list() tells accounts it cannot read apart, and remove() removes them", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  const good = await book.add(KEYED);
  await store.accounts.insert({
    id: "newer",
    name: "newer",
    fields: { kind: "antigravity", enabled: true },
    secret: "{}",
  });
  const damaged = await book.add({ ...KEYED, name: "damaged" });
  await store.accounts.update(damaged.id, () => ({ secret: "no JSON" }));
  const { accounts, unreadable } = await book.list();
  assert.deepEqual(accounts, [good]);
  assert.deepEqual(unreadable.map(({ name }) => name), ["damaged", "newer"]);
  assert.match(unreadable[1]?.reason ?? "", /"kind"/);
  await assert.rejects(book.get("damaged"), /cannot be used: Its secret is damaged/);
  assert.equal(await book.remove("damaged"), true);
  assert.equal(await book.remove("newer"), true);
  assert.equal(await book.remove("newer"), false);
});

Deno.test("viewOf() shows no secret, no client id and no e-mail address", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  const text = JSON.stringify(viewOf(await book.add(SIGNED_IN)));
  assert.doesNotMatch(text, /planted|client/);
  assert.match(text, /"credential":"authorized_user"/);
  const service = JSON.stringify(viewOf(await book.add(SERVICE)));
  assert.doesNotMatch(service, /planted|@|key-1/);
  assert.match(service, /"location":"us-central1".*"credential":"service_account"/);
});

Deno.test("AccountBook.disableRefused() goes by the key of a service account", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  const { id } = await book.add(SERVICE);
  const reason = "Its key was deleted";
  const { credential } = SERVICE;
  assert.ok(credential.type === "service_account");
  const other = { ...credential, privateKey: new Secret("planted-other") };
  assert.equal(await book.disableRefused(id, { credential: other, reason }), false);
  assert.equal(await book.disableRefused(id, { credential, reason }), true);
  assert.equal((await book.get("service")).disabledReason, reason);
});

Deno.test("AccountBook tells a service account whose secret lacks a part", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  const { id } = await book.add(SERVICE);
  await store.accounts.update(id, () => ({ secret: '{"clientEmail":"planted-user@example.com"}' }));
  await assert.rejects(book.get("service"), /cannot be used: Its secret is damaged/);
});

Deno.test("Secret shows itself only to reveal()", () => {
  const secret = new Secret("planted");
  const shown = [`${secret}`, JSON.stringify({ secret }), Deno.inspect({ secret })];
  for (const text of shown) assert.doesNotMatch(text, /planted/);
  assert.equal(secret.reveal(), "planted");
});

Deno.test("AccountBook.find() looks a name up, and refuses what is none", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  const { id } = await book.add(KEYED);
  assert.equal((await book.find("keyed"))?.id, id);
  assert.equal(await book.find("other"), undefined);
  await assert.rejects(book.find("ada@example.com"), /must not be an e-mail address/);
});

Deno.test("AccountBook.add() disables an account that comes with a reason", async () => {
  using store = await openStore({ memory: true });
  const { enabled } = await bookOf(store).add({ ...SIGNED_IN, disabledReason: "Not eligible" });
  assert.equal(enabled, false);
});

const RENEWAL = {
  credential: {
    type: "authorized_user",
    clientId: "other-client",
    clientSecret: new Secret("planted-other-secret"),
    refreshToken: new Secret("planted-other-token"),
    tokenUri: "http://127.0.0.1:1/token",
  },
} as const;

Deno.test("AccountBook.renew() changes the credential, enables, and leaves the rest", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  const added = await book.add({ ...SIGNED_IN, priority: 3, disabledReason: "Revoked" });
  const renewed = await book.renew(added, RENEWAL);
  const { disabledReason: _, ...rest } = added;
  assert.deepEqual(renewed, {
    ...rest,
    ...RENEWAL,
    enabled: true,
    signedInAt: "2026-01-02T00:00:00.000Z",
    restsEnded: 1,
  });
  assert.equal(await refreshTokenOf(book, "signed-in"), "planted-other-token");
  const refused = await book.renew(added, { ...RENEWAL, project: "p", disabledReason: "No" });
  assert.equal(refused.enabled, false);
  assert.equal(refused.disabledReason, "No");
  assert.equal(refused.project, "p");
  await book.remove("signed-in");
  await assert.rejects(book.renew(added, RENEWAL), /There is no account "signed-in"/);
});

Deno.test("AccountBook.renew() leaves the proxy and what it does not know, and no secret of what it replaces", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  const proxy = new Secret("socks5://ada:planted-password@127.0.0.1:1080");
  const added = await book.add({ ...SERVICE, proxy });
  await store.accounts.update(added.id, ({ fields, secret = "" }) => ({
    fields: { ...fields, later: "a newer version's" },
    secret: JSON.stringify({ ...JSON.parse(secret), later: "planted-later" }),
  }));
  const renewal = { ...RENEWAL, location: "global" };
  assert.equal((await book.renew(added, renewal)).location, "global");
  const row = await store.accounts.find("service");
  assert.equal(row?.fields["later"], "a newer version's");
  assert.deepEqual(JSON.parse(row?.secret ?? ""), {
    clientSecret: "planted-other-secret",
    refreshToken: "planted-other-token",
    proxy: proxy.reveal(),
    later: "planted-later",
  });
});

Deno.test("AccountBook.refuse() disables an account, but not one that was signed in to meanwhile", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  const added = await book.add(SIGNED_IN);
  const renewed = await book.renew(added, RENEWAL);
  assert.equal((await book.refuse(added, "Not eligible"))?.enabled, true);
  const refused = await book.refuse(renewed, "Not eligible");
  assert.equal(refused?.enabled, false);
  assert.equal(refused?.disabledReason, "Not eligible");
  await book.remove("signed-in");
  assert.equal(await book.refuse(renewed, "Not eligible"), undefined);
});

Deno.test("AccountBook keeps the proxy among the secrets, and a new refresh token leaves it there", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  const proxy = new Secret("socks5://ada:planted-password@127.0.0.1:1080");
  const { id } = await book.add({ ...SIGNED_IN, proxy });
  assert.equal((await book.get("signed-in")).proxy?.reveal(), proxy.reveal());
  assert.ok(!("proxy" in ((await store.accounts.find("signed-in"))?.fields ?? {})));
  const [from, to] = [new Secret("planted-token"), new Secret("next")];
  await book.replaceRefreshToken(id, { from, to });
  assert.equal((await book.get("signed-in")).proxy?.reveal(), proxy.reveal());
  await book.edit("signed-in", { proxy: null });
  assert.equal((await book.get("signed-in")).proxy, undefined);
  assert.equal(await refreshTokenOf(book, "signed-in"), "next");
});

Deno.test("AccountBook.edit() of two lists of models at once keeps both", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  await book.add(KEYED);
  await Promise.all([
    book.edit("keyed", { allow: ["gemini-*"] }),
    book.edit("keyed", { deny: ["*-preview"] }),
  ]);
  assert.deepEqual((await book.get("keyed")).models, { allow: ["gemini-*"], deny: ["*-preview"] });
  await book.edit("keyed", { allow: null, deny: null });
  assert.equal((await book.get("keyed")).models, undefined);
});

Deno.test("AccountBook.edit() gives a name to one of two who want it at once", async () => {
  using store = await openStore({ memory: true });
  const book = bookOf(store);
  await book.add(KEYED);
  await book.add(SIGNED_IN);
  const outcomes = await Promise.allSettled([
    book.edit("keyed", { name: "wanted" }),
    book.edit("signed-in", { name: "wanted" }),
  ]);
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  const { accounts } = await book.list();
  assert.equal(accounts.length, 2);
  for (const { id, name } of accounts) assert.equal((await book.get(name)).id, id);
});
