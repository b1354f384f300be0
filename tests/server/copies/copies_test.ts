/** Another account serves what names a file, with the gateway's copy of it. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { clientKeysOf } from "../../support/client_keys.ts";
import { errorOf } from "../../support/gemini_call.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { accountOf, ownAccounts, promptOf, refusal } from "../owners/owner_testbed.ts";
import { begun, goOn, GRANULARITY, send, someBytes } from "../uploads/upload_calls.ts";
import {
  type CopyTestbed,
  digestOf,
  digestsOf,
  LIMITS,
  startCopyTestbed,
  uploadedOf,
} from "./copy_testbed.ts";

const BYTES = someBytes(300_001);

/** The addresses in the prompts that Google has got for an account. */
function urisAt({ emulator }: CopyTestbed, account: string): readonly string[] {
  return emulator.requests
    .filter((request) => request.account === account && request.path.includes(":generate"))
    .flatMap(({ rawBody }) => [...rawBody.matchAll(/"fileUri":\s*"[^"]*\/(files\/[^"]+)"/g)])
    .map(([, name = ""]) => name);
}

Deno.test("A file whose account is out of quota is used through its copy, which is uploaded once", async () => {
  await using bed = await startCopyTestbed();
  const { name, owner } = await bed.upload(BYTES);
  bed.emulator.always(owner, { type: "429-long", hours: 2 });
  const other = await accountOf(await bed.prompt([name]));
  assert.notEqual(other, owner);
  const [moved = ""] = bed.namesOf(other);
  assert.deepEqual(urisAt(bed, other), [moved]);
  assert.notEqual(moved, name);
  assert.deepEqual(digestsOf(bed, other), [digestOf(BYTES)]);
  const [file] = bed.emulator.files(bed.emulator.projectOf(other)).list();
  assert.deepEqual([file?.["displayName"], file?.["mimeType"]], ["notes", "text/plain"]);
  assert.equal(bed.uploads(), 2);
  for (let time = 0; time < 4; time++) {
    assert.equal(await accountOf(await bed.prompt([name])), other);
    const count = await bed.ask("models/gemini-2.5-flash:countTokens", {
      method: "POST",
      body: JSON.stringify({
        contents: [{ parts: [{ fileData: { fileUri: `${bed.url}/v1beta/${name}` } }] }],
      }),
    });
    assert.equal(await accountOf(count), other);
  }
  assert.equal(bed.uploads(), 2);
  // The owner serves it again when it can.
  bed.emulator.always(owner, "ok");
  await bed.setAccounts([]);
  await bed.setAccounts(bed.accounts);
  assert.equal(await accountOf(await bed.prompt([name])), owner);
});

Deno.test("Calls at the same time upload a copy once", async () => {
  await using bed = await startCopyTestbed();
  const { name, owner } = await bed.upload(BYTES);
  const [other = ""] = ["one", "two", "three"].filter((account) => account !== owner);
  await bed.setAccounts(bed.accounts.filter((account) => [owner, other].includes(account.name)));
  bed.emulator.always(owner, { type: "429-long", hours: 2 });
  await errorOf(
    await bed.ask("models/gemini-2.5-flash:generateContent", {
      method: "POST",
      body: JSON.stringify({ contents: [] }),
    }),
  );
  const accounts = await Promise.all(
    Array.from({ length: 8 }, async () => await accountOf(await bed.prompt([name]))),
  );
  assert.deepEqual(new Set(accounts), new Set([other]));
  assert.equal(bed.uploads(), 2);
});

Deno.test("A file that Google still processes is used when it is ready", async () => {
  await using bed = await startCopyTestbed();
  const { name, owner } = await bed.upload(BYTES);
  for (const account of ["one", "two", "three"]) {
    bed.emulator.files(bed.emulator.projectOf(account)).settings.processing = { reads: 2 };
  }
  bed.emulator.always(owner, { type: "429-long", hours: 2 });
  assert.notEqual(await accountOf(await bed.prompt([name])), owner);
});

Deno.test("Files of an account that is disabled or removed are used through their copies", async () => {
  for (const isRemoved of [false, true]) {
    await using bed = await startCopyTestbed();
    const first = await bed.upload(BYTES);
    const second = await bed.upload(BYTES.subarray(5));
    assert.equal(second.owner, first.owner);
    const others = bed.accounts.filter(({ name }) => name !== first.owner);
    const disabled = bed.accounts.filter(({ name }) => name === first.owner)
      .map((account) => ({ ...account, settings: { enabled: false } }));
    await bed.setAccounts(isRemoved ? others : [...others, ...disabled]);
    const other = await accountOf(await bed.prompt([first.name, second.name]));
    assert.notEqual(other, first.owner);
    assert.deepEqual(digestsOf(bed, other), [digestOf(BYTES), digestOf(BYTES.subarray(5))]);
    assert.deepEqual(urisAt(bed, other), bed.namesOf(other));
    // Without another account, the errors are those without copies.
    await bed.setAccounts(isRemoved ? [] : disabled);
    const error = await errorOf(await bed.prompt([first.name]));
    assert.match(error.message, isRemoved ? /permission|No account/ : /is disabled/);
  }
});

Deno.test("A copy joins the file of another account when its own account is gone", async () => {
  await using bed = await startCopyTestbed();
  const first = await bed.upload(BYTES);
  const others = bed.accounts.filter(({ name }) => name !== first.owner);
  await bed.setAccounts(others);
  const second = await bed.upload(BYTES.subarray(1));
  const account = await accountOf(await bed.prompt([first.name, second.name]));
  assert.equal(account, second.owner);
  const [kept, moved] = bed.namesOf(account);
  assert.equal(kept, second.name);
  assert.deepEqual(urisAt(bed, account), [moved, second.name]);
});

Deno.test("If no other account can use the copy, the owner's 429 is the error", async () => {
  await using bed = await startCopyTestbed();
  const { name, owner } = await bed.upload(BYTES);
  for (const account of ["one", "two", "three"]) {
    if (account === owner) bed.emulator.always(account, { type: "429-long", hours: 2 });
    else bed.emulator.always(account, "500", { method: "files.create" });
  }
  const response = await bed.prompt([name]);
  assert.equal(response.headers.has("retry-after"), true, await response.clone().text());
  const error = await errorOf(response);
  assert.equal(error.code, 429);
  assert.match(error.message, new RegExp(`^The account that holds "${name}" is cooling down`));
});

Deno.test("Accounts of kinds that take no files get no copies", async () => {
  await using bed = await startCopyTestbed();
  const { name, owner } = await bed.upload(BYTES);
  bed.emulator.always(owner, { type: "429-long", hours: 2 });
  const user = bed.emulator.addUser("cli");
  await bed.setAccounts([
    ...bed.accounts.filter((account) => account.name === owner),
    { name: "cli", baseUrls: [bed.emulator.url], user },
  ]);
  assert.equal((await errorOf(await bed.prompt([name]))).code, 429);
  assert.equal(bed.emulator.requests.some(({ account }) => account === "cli"), false);
});

Deno.test("A caller's copy is used for that caller only", async () => {
  const clients = new Map([["planted-client-a", "a"], ["planted-client-b", "b"]]);
  await using bed = await startCopyTestbed({ clientKeys: clientKeysOf(clients) });
  const as = (key: string) => ({ "x-goog-api-key": `planted-client-${key}` });
  const { name, owner } = await bed.upload(BYTES, as("a"));
  bed.emulator.always(owner, { type: "429-long", hours: 2 });
  const error = await errorOf(await bed.prompt([name], as("b")));
  assert.deepEqual([error.code, error.message], [403, refusal(name)]);
  const other = await accountOf(await bed.prompt([name], as("a")));
  assert.equal(bed.uploads(), 2);
  const [moved = ""] = bed.namesOf(other);
  assert.equal((await errorOf(await bed.prompt([moved], as("b")))).code, 403);
  assert.equal(await accountOf(await bed.prompt([moved], as("a"))), other);
});

Deno.test("Without the setting nothing is kept, and switching it off deletes what was kept", async () => {
  await using off = await startCopyTestbed({ limits: null });
  const { name, owner } = await off.upload(BYTES);
  off.emulator.always(owner, { type: "429-long", hours: 2 });
  assert.equal((await errorOf(await off.prompt([name]))).code, 429);
  assert.deepEqual(await off.files(), []);

  await using bed = await startCopyTestbed();
  const kept = await bed.upload(BYTES);
  assert.equal((await bed.files()).length, 1);
  bed.apply({});
  assert.deepEqual(await bed.files(), []);
  bed.emulator.always(kept.owner, { type: "429-long", hours: 2 });
  assert.equal((await errorOf(await bed.prompt([kept.name]))).code, 429);
});

Deno.test("A copy is deleted with its file", async () => {
  await using bed = await startCopyTestbed();
  const { name } = await bed.upload(BYTES);
  assert.equal((await bed.files()).length, 1);
  await accountOf(await bed.ask(name, { method: "DELETE" }));
  assert.deepEqual(await bed.files(), []);
});

Deno.test("Copies are kept by size: none of a large file, and the oldest go first", async () => {
  const limits = { mostFileBytes: 300_000, mostBytes: 700_000 };
  await using bed = await startCopyTestbed({ limits });
  await bed.upload(BYTES);
  assert.deepEqual(await bed.files(), []);
  const some = BYTES.subarray(1);
  const names: string[] = [];
  for (let time = 0; time < 3; time++) {
    names.push((await bed.upload(some)).name);
    await bed.files();
  }
  assert.equal((await bed.files()).length, 2);
  assert.deepEqual(names.map((name) => bed.copies.idOf(name) !== undefined), [false, true, true]);
});

Deno.test("Copies survive a restart, are sealed, and are not used after 48 hours", async () => {
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  const clock = { ms: Date.now(), now: () => clock.ms };
  await using emulator = await startEmulator({ clock });
  const accounts = ownAccounts(emulator);
  const before = await startCopyTestbed({ dataDir, clock, emulator, accounts });
  const { name, owner } = await before.upload(BYTES);
  const [path = "", ...more] = await before.files();
  assert.deepEqual(more, []);
  if (Deno.build.os !== "windows") assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  if (Deno.build.os !== "windows") {
    assert.equal((Deno.statSync(`${dataDir}/copies`).mode ?? 0) & 0o777, 0o700);
  }
  const sealed = Deno.readFileSync(path);
  const text = new TextDecoder("latin1").decode(sealed);
  assert.equal(text.includes(new TextDecoder("latin1").decode(BYTES.subarray(0, 64))), false);
  assert.equal(text.includes(name), false);
  Deno.writeFileSync(`${dataDir}/copies/left.part`, sealed);
  await before.close();
  await using after = await startCopyTestbed({ dataDir, clock, emulator, accounts });
  assert.deepEqual(await after.files(), [path]);
  emulator.always(owner, { type: "429-long", hours: 2 });
  const other = await accountOf(await after.prompt([name]));
  assert.notEqual(other, owner);
  assert.deepEqual(digestsOf(after, other), [digestOf(BYTES)]);
  clock.ms += 48 * 3_600_000 + 60_000;
  assert.equal(after.copies.idOf(name), undefined);
  after.copies.limit(LIMITS);
  assert.deepEqual(await after.files(), []);
});

for (
  const [how, change] of [
    ["changed", (bytes: Uint8Array) => bytes.with(70_000, (bytes[70_000] ?? 0) ^ 1)],
    ["cut off", (bytes: Uint8Array) => bytes.subarray(0, 100_000)],
    ["emptied", () => new Uint8Array()],
    ["reordered", (bytes: Uint8Array) => {
      const size = 64 * 1024 + 28;
      return new Uint8Array([
        ...bytes.subarray(size, 2 * size),
        ...bytes.subarray(0, size),
        ...bytes.subarray(2 * size),
      ]);
    }],
  ] as const
) {
  Deno.test(`A copy that was ${how} is not used`, async () => {
    await using bed = await startCopyTestbed();
    const { name, owner } = await bed.upload(BYTES);
    const [path = ""] = await bed.files();
    Deno.writeFileSync(path, change(Deno.readFileSync(path)));
    bed.emulator.always(owner, { type: "429-long", hours: 2 });
    const error = await errorOf(await bed.prompt([name]));
    assert.equal(error.code, 429);
    const others = ["one", "two", "three"].filter((account) => account !== owner);
    assert.deepEqual(others.flatMap((account) => bed.namesOf(account)), []);
    assert.deepEqual(await bed.files(), []);
    assert.match(bed.problems.join(), /copy of a file is not used/);
  });
}

Deno.test("Uploads of every kind are copied", async () => {
  await using bed = await startCopyTestbed();
  const head = '--b\r\ncontent-type: application/json\r\n\r\n{"file":{"displayName":"x"}}\r\n' +
    "--b\r\ncontent-type: text/plain\r\n\r\n";
  const related = new Blob([head, BYTES, "\r\n--b--"]);
  const address = `${bed.url}/upload/v1beta/files`;
  const responses = [
    await send(address, {
      "content-type": "multipart/related; boundary=b",
      "x-goog-upload-protocol": "multipart",
    }, { body: related }),
    await send(`${address}?uploadType=multipart`, {
      "content-type": 'multipart/related; boundary="b"',
    }, { body: related }),
    await send(`${address}?uploadType=media`, { "content-type": "text/plain" }, { body: BYTES }),
  ];
  const started = await send(`${address}?uploadType=resumable`, {
    "content-type": "application/json",
    "x-upload-content-type": "text/plain",
  }, { body: "{}" });
  await started.body?.cancel();
  const location = started.headers.get("location") ?? "";
  for (const [from, to] of [[0, 262_144], [262_144, BYTES.length]] as const) {
    responses.push(
      await send(location, {
        "content-range": `bytes ${from}-${to - 1}/${BYTES.length}`,
      }, { method: "PUT", body: BYTES.subarray(from, to) }),
    );
  }
  const refused = responses.splice(3, 1)[0];
  await refused?.body?.cancel();
  await assertCopied(bed, responses, BYTES);
});

Deno.test("Chunks that are lost and sent again are copied once", async () => {
  await using bed = await startCopyTestbed();
  const bytes = someBytes(2 * GRANULARITY + 7);
  const address = await begun(bed.url);
  const chunk = { body: bytes.subarray(0, GRANULARITY) };
  await (await goOn(address, "upload", chunk)).body?.cancel();
  // On loopback bytes may come faster than this machine writes them.
  await bed.copies.settled();
  await (await goOn(address, "query")).body?.cancel();
  const next = { offset: GRANULARITY, body: bytes.subarray(GRANULARITY, 2 * GRANULARITY) };
  await (await goOn(address, "upload", next)).body?.cancel();
  await bed.copies.settled();
  // The response to the former was lost.
  await (await goOn(address, "upload", next)).body?.cancel();
  await bed.copies.settled();
  const rest = { offset: 2 * GRANULARITY, body: bytes.subarray(2 * GRANULARITY) };
  const last = await goOn(address, "upload, finalize", rest);
  await assertCopied(bed, [last], bytes);
});

Deno.test("A file that is finalized without bytes is copied, and a cancelled upload leaves nothing", async () => {
  await using bed = await startCopyTestbed();
  const bytes = someBytes(GRANULARITY);
  const address = await begun(bed.url);
  await (await goOn(address, "upload", { body: bytes })).body?.cancel();
  const cancelled = await begun(bed.url);
  await (await goOn(cancelled, "upload", { body: bytes })).body?.cancel();
  await (await goOn(cancelled, "cancel")).body?.cancel();
  await assertCopied(bed, [await goOn(address, "finalize")], bytes);
  assert.equal((await bed.files()).length, 1);
});

Deno.test("A store in memory keeps no copies", async () => {
  using store = await openStore({ memory: true });
  assert.equal(store.copies({ clock: Date, onProblem: () => assert.fail() }), undefined);
});

/** Checks that another account gets the same bytes as the owner did, for each of the responses to uploads. */
async function assertCopied(
  bed: CopyTestbed,
  responses: readonly Response[],
  bytes: Uint8Array,
): Promise<void> {
  const uploaded = await Promise.all(responses.map(uploadedOf));
  for (const { owner } of uploaded) bed.emulator.always(owner, { type: "429-long", hours: 2 });
  for (const { name, owner } of uploaded) {
    const response = await promptOf(bed.url, [name]);
    const other = await accountOf(response);
    assert.notEqual(other, owner);
    assert.equal(digestsOf(bed, other).at(-1), digestOf(bytes));
  }
}

Deno.test("Uploads succeed where copies cannot be written", async () => {
  using folder = tempFolder();
  await using bed = await startCopyTestbed({ dataDir: `${folder.path}/data` });
  Deno.removeSync(`${folder.path}/data/copies`, { recursive: true });
  const { name, owner } = await bed.upload(BYTES);
  await bed.copies.settled();
  assert.match(bed.problems.join(), /No copy of an upload is kept/);
  assert.deepEqual(digestsOf(bed, owner), [digestOf(BYTES)]);
  assert.equal(await accountOf(await bed.prompt([name])), owner);
  bed.emulator.always(owner, { type: "429-long", hours: 2 });
  assert.equal((await errorOf(await bed.prompt([name]))).code, 429);
});

Deno.test("A file whose account stays busy is used through its copy", async () => {
  await using bed = await startCopyTestbed({ settings: { routing: { maxWaitMs: 100 } } });
  await bed.setAccounts(
    bed.accounts.map((account) => ({ ...account, settings: { maxConcurrent: 1 } })),
  );
  const { name, owner } = await bed.upload(BYTES);
  bed.emulator.always(owner, "hang");
  const hanging = bed.prompt([name]);
  await bed.emulator.waitForRequest(({ path }) => path.includes(":generate"));
  assert.notEqual(await accountOf(await bed.prompt([name])), owner);
  bed.emulator.always(owner, "ok");
  bed.emulator.release();
  await (await hanging).body?.cancel();
});
