/** Client keys of a real store before a gateway. @module */
import assert from "node:assert/strict";
import { newKeyText } from "../../../src/keys/key_text.ts";
import { errorOf } from "../../support/gemini_call.ts";
import { realKeys } from "../../support/real_keys.ts";
import { accountOf, NAMES, ownAccounts, startOwnerTestbed } from "../owners/owner_testbed.ts";
import { begun, fileIn, goOn } from "../uploads/upload_calls.ts";
import { startEmulator } from "../../../src/emulator/emulator.ts";

const API_KEY = "planted-gateway-key";
const AUTH = { auth: { apiKey: API_KEY } };

function as(key: string) {
  return { "x-goog-api-key": key };
}

Deno.test("A refused key's client learns why, and only whoever has the key learns it", async () => {
  const clock = { nowMs: 1_000_000, now: () => clock.nowMs };
  using keys = await realKeys(clock);
  await using bed = await startOwnerTestbed({ clientKeys: keys.ring });
  const open = await bed.prompt([]);
  assert.equal(await accountOf(open) === "", false);
  const { text } = await keys.create("ada", { expiresAtMs: 2_000_000 });
  async function told(key: string): Promise<string> {
    const { code, status, message } = await errorOf(
      await bed.prompt([], key === "" ? {} : as(key)),
    );
    assert.deepEqual([code, status], [401, "UNAUTHENTICATED"]);
    return message;
  }
  await accountOf(await bed.prompt([], as(text)));
  assert.match(await told(""), /asks for its key/);
  assert.match(await told(text.slice(0, -1)), /typing error/);
  assert.match(await told(newKeyText()), /belongs to another gateway, or was removed long ago/);
  assert.match(await told("AIza-planted"), /not this gateway's/);
  clock.nowMs = 2_000_000;
  assert.match(await told(text), /The key "ada" has expired/);
  assert.match(await told(""), /asks for its key/);
  await keys.book.edit("ada", (key) => ({ ...key, isDisabled: true }));
  await keys.ring.refresh();
  assert.match(await told(text), /The key "ada" is disabled/);
  await keys.book.edit("ada", ({ expiresAtMs: _, ...key }) => ({ ...key, isDisabled: false }));
  const next = await keys.book.rotate("ada", 1000);
  await keys.ring.refresh();
  for (const key of [text, next.text]) await accountOf(await bed.prompt([], as(key)));
  clock.nowMs += 1000;
  assert.match(await told(text), /The key "ada" was replaced/);
  await accountOf(await bed.prompt([], as(next.text)));
  await keys.book.remove("ada");
  await keys.ring.refresh();
  for (const key of [text, next.text]) assert.match(await told(key), /"ada" was removed/);
  // The first key was made, so a key is needed for ever.
  assert.match(await told(""), /asks for its key/);
});

/** Starts an upload, and returns its address. */
function startUpload(url: string, key: string): Promise<string> {
  return begun(url, { ...as(key), "x-goog-upload-header-content-length": "4" });
}

/** Sends all bytes of an upload, without a key: its address proves who started it. */
function finishUpload(address: string): Promise<Response> {
  return goOn(address, "upload, finalize", { body: "text" });
}

Deno.test("What a key started and owns stays its own when it is rotated, and ends when it is disabled or removed", async () => {
  using keys = await realKeys();
  await using bed = await startOwnerTestbed({ clientKeys: keys.ring });
  const before = await keys.create("ada");
  const addresses = [
    await startUpload(bed.url, before.text),
    await startUpload(bed.url, before.text),
    await startUpload(bed.url, before.text),
  ];
  const first = await accountOf(await bed.prompt([], as(before.text)));
  const after = await keys.book.rotate("ada", 0);
  await keys.ring.refresh();
  const name = await fileIn(await finishUpload(addresses[0] ?? ""));
  const read = await bed.ask(name, { headers: as(after.text) });
  assert.equal((await read.json()).name, name);
  // The same conversation keeps its account under the new text, on each of several calls.
  for (let call = 0; call < 6; call++) {
    assert.equal(await accountOf(await bed.prompt([], as(after.text))), first);
  }
  await keys.book.edit("ada", (key) => ({ ...key, isDisabled: true }));
  await keys.ring.refresh();
  const refused = await finishUpload(addresses[1] ?? "");
  assert.equal((await errorOf(refused)).code, 401);
  await keys.book.remove("ada");
  await keys.create("ada");
  assert.equal((await errorOf(await finishUpload(addresses[2] ?? ""))).code, 401);
});

Deno.test("Two keys do not see each other's files, and a removed key's are the gateway key's", async () => {
  using keys = await realKeys();
  await using bed = await startOwnerTestbed({ clientKeys: keys.ring, settings: AUTH });
  const [ada, bob] = [await keys.create("ada"), await keys.create("bob")];
  const name = await fileIn(await finishUpload(await startUpload(bed.url, ada.text)));
  async function codes(): Promise<readonly number[]> {
    const codes: number[] = [];
    for (const key of [ada.text, bob.text, API_KEY]) {
      const response = await bed.ask(name, { headers: as(key) });
      await response.body?.cancel();
      codes.push(response.status);
    }
    return codes;
  }
  assert.deepEqual(await codes(), [200, 403, 403]);
  await keys.book.remove("ada");
  await keys.ring.refresh();
  assert.deepEqual(await codes(), [401, 403, 200]);
  // Another key of the same name does not inherit them.
  const next = await keys.create("ada");
  const response = await bed.ask(name, { headers: as(next.text) });
  assert.equal((await errorOf(response)).code, 403);
});

Deno.test("A key with --accounts uses these accounts only, by name or label, in calls, files and lists", async () => {
  await using emulator = await startEmulator();
  using keys = await realKeys();
  const accounts = ownAccounts(emulator).map((account) => ({
    ...account,
    settings: account.name === "three" ? { labels: ["team"] } : {},
  }));
  await using bed = await startOwnerTestbed({
    emulator,
    accounts,
    clientKeys: keys.ring,
    settings: { ...AUTH, routing: { strategy: "balance" } },
  });
  const all = await keys.create("all");
  const one = await keys.create("one", { accounts: ["two"] });
  const team = await keys.create("team", { accounts: ["team"] });
  const none = await keys.create("none", { accounts: ["gone"] });
  async function used(key: string): Promise<readonly string[]> {
    const used = new Set<string>();
    for (let call = 0; call < 6; call++) {
      // Each call is a conversation of its own.
      const headers = { ...as(key), "x-session-id": crypto.randomUUID() };
      used.add(await accountOf(await bed.prompt([], headers)));
    }
    return [...used].sort();
  }
  assert.deepEqual(await used(one.text), ["two"]);
  assert.deepEqual(await used(team.text), ["three"]);
  assert.deepEqual(await used(all.text), NAMES.toSorted());
  assert.deepEqual(await used(API_KEY), NAMES.toSorted());
  for (
    const path of ["models/gemini-2.5-flash:generateContent", "models/gemini-2.5-flash:countTokens"]
  ) {
    const init = {
      method: "POST",
      headers: as(none.text),
      body: JSON.stringify({ contents: [{ parts: [{ text: "hi" }] }] }),
    };
    const { status, message } = await errorOf(await bed.ask(path, init));
    assert.equal(status, "PERMISSION_DENIED");
    assert.match(message, /The key "none" may use certain accounts only/);
  }
  const listed = await errorOf(await bed.ask("files", { headers: as(none.text) }));
  assert.equal(listed.status, "PERMISSION_DENIED");
  const models = await (await bed.ask("models", { headers: as(none.text) })).json();
  assert.deepEqual(models.models ?? [], []);
  const offered = await (await bed.ask("models", { headers: as(one.text) })).json();
  assert.ok(offered.models.length > 0);
  // A file on an account that the key may not use any more.
  const name = await fileIn(await finishUpload(await startUpload(bed.url, one.text)));
  assert.equal(await accountOf(await bed.prompt([name], as(one.text))), "two");
  const files = await (await bed.ask("files", { headers: as(one.text) })).json();
  assert.equal(files.files.length, 1);
  await keys.book.edit("one", (key) => ({ ...key, accounts: ["team"] }));
  await keys.ring.refresh();
  const denied = await errorOf(await bed.prompt([name], as(one.text)));
  assert.deepEqual([denied.code, denied.status], [403, "PERMISSION_DENIED"]);
  assert.match(denied.message, /The key "one" may not use the account that holds "files\//);
  assert.deepEqual(await used(one.text), ["three"]);
  // The label moves to another account.
  await bed.setAccounts(accounts.map((account) => ({
    ...account,
    settings: account.name === "one" ? { labels: ["team"] } : {},
  })));
  assert.deepEqual(await used(one.text), ["one"]);
});
