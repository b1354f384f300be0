/** File search stores through a gateway: every call goes to the store's account. @module */
import assert from "node:assert/strict";
import { clientKeysOf } from "../../support/client_keys.ts";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { NAMES, startOwnerTestbed } from "../owners/owner_testbed.ts";
import { errorIn, fileIn, goOn, send } from "../uploads/upload_calls.ts";
import { jsonIn, post, startUpload, storeAt } from "./store_calls.ts";

/** Long enough to be refused by any account but its own. */
const TEXT = "Paris is the capital of France.";

Deno.test("Every request about a file search store goes to the account that made it", async () => {
  await using bed = await startOwnerTestbed();
  const { url, emulator } = bed;
  for (let nth = 0; nth < 4; nth++) {
    const { name, account } = await storeAt([url]);
    const started = await startUpload([url], name);
    await started.body?.cancel();
    const address = started.headers.get("x-goog-upload-url") ?? "";
    assert.ok(
      address.startsWith(`${url}/upload/v1beta/${name}:uploadToFileSearchStore?upload_id=`),
    );
    const before = emulator.requests.length;
    const operation = await jsonIn(await goOn(address, "upload, finalize", { body: TEXT }));
    assert.match(operation.name, new RegExp(`^${name}/upload/operations/`));
    const document = operation.response.documentName;
    const done = await jsonIn(await bed.ask(operation.name));
    assert.deepEqual([done.done, done.response.documentName], [true, document]);
    const file = bed.plant(account);
    const imported = await jsonIn(await post([url], `${name}:importFile`, { fileName: file }));
    assert.match(imported.name, new RegExp(`^${name}/operations/`));
    assert.equal((await jsonIn(await bed.ask(imported.name))).done, true);
    const { documents, nextPageToken } = await jsonIn(
      await bed.ask(`${name}/documents?pageSize=1`),
    );
    assert.equal(documents.length, 1);
    const rest = await jsonIn(await bed.ask(`${name}/documents?pageToken=${nextPageToken}`));
    assert.deepEqual(
      [documents[0].name, rest.documents[0].name].sort(),
      [document, (await jsonIn(await bed.ask(imported.name))).response.documentName].sort(),
    );
    assert.equal((await jsonIn(await bed.ask(document))).state, "STATE_ACTIVE");
    assert.equal((await bed.ask(document, { method: "DELETE" }).then(errorIn)).code, 400);
    await jsonIn(await bed.ask(`${document}?force=true`, { method: "DELETE" }));
    const store = await jsonIn(await bed.ask(name));
    assert.equal(store.activeDocumentsCount, "1");
    const asked = emulator.requests.slice(before).map((request) => request.account);
    assert.deepEqual(new Set(asked), new Set([account]));
    await jsonIn(await bed.ask(`${name}?force=true`, { method: "DELETE" }));
    assert.equal((await bed.ask(name).then(errorIn)).code, 403);
  }
});

Deno.test("Documents are uploaded whole, in two parts, and in chunks by either protocol", async () => {
  await using bed = await startOwnerTestbed();
  const { url, emulator } = bed;
  const { name, account } = await storeAt([url]);
  const address = `${url}/upload/v1beta/${name}:uploadToFileSearchStore`;
  const metadata = JSON.stringify({ displayName: "a", mimeType: "text/markdown" });
  const related = `--b\r\ncontent-type: application/json\r\n\r\n${metadata}\r\n` +
    `--b\r\ncontent-type: text/plain\r\n\r\n${TEXT}\r\n--b--\r\n`;
  const whole = [
    await send(address, { "x-goog-upload-protocol": "raw", "content-type": "text/plain" }, {
      body: TEXT,
    }),
    await send(`${address}?uploadType=multipart`, {
      "content-type": "multipart/related; boundary=b",
    }, { body: related }),
  ];
  const begun = await send(`${address}?uploadType=resumable`, {
    "content-type": "application/json",
    "x-upload-content-type": "text/plain",
  }, { body: metadata });
  await begun.body?.cancel();
  const location = begun.headers.get("location") ?? "";
  assert.ok(location.startsWith(address));
  whole.push(
    await send(location, { "content-range": `bytes 0-${TEXT.length - 1}/${TEXT.length}` }, {
      method: "PUT",
      body: TEXT,
    }),
  );
  for (const response of whole) {
    assert.equal(response.headers.get("x-pollux-account"), account);
    const { response: made } = await jsonIn(response);
    assert.deepEqual([made.parent, made.sizeBytes], [name, String(TEXT.length)]);
  }
  const id = name.split("/")[1] ?? "";
  assert.equal(emulator.stores(emulator.projectOf(account)).documents(id).length, 3);
});

Deno.test("A client that lost the last response of an upload to a store gets the operation again", async () => {
  await using bed = await startOwnerTestbed();
  const { name } = await storeAt([bed.url]);
  const started = await startUpload([bed.url], name);
  await started.body?.cancel();
  const address = started.headers.get("x-goog-upload-url") ?? "";
  const first = await jsonIn(await goOn(address, "upload, finalize", { body: TEXT }));
  const sent = bed.emulator.requests.length;
  assert.deepEqual(await jsonIn(await goOn(address, "upload, finalize", { body: TEXT })), first);
  assert.deepEqual(await jsonIn(await goOn(address, "query")), first);
  assert.equal(bed.emulator.requests.length, sent);
  const other = address.replace(name, "fileSearchStores/other");
  assert.equal((await goOn(other, "query").then(errorIn)).code, 404);
});

Deno.test("A prompt that searches stores goes to their account, in either spelling", async () => {
  await using bed = await startOwnerTestbed();
  const stores = NAMES.map((account) => {
    const id = `store-${account}`;
    bed.emulator.stores(bed.emulator.projectOf(account)).plant(id);
    return { account, name: `fileSearchStores/${id}` };
  });
  const search = (names: readonly string[], isSnake: boolean) =>
    post([bed.url], "models/gemini-2.5-flash:generateContent", {
      contents: [{ role: "user", parts: [{ text: "What is the capital?" }] }],
      tools: [
        isSnake
          ? { file_search: { file_search_store_names: names } }
          : { fileSearch: { fileSearchStoreNames: names } },
      ],
    });
  for (const { account, name } of stores) {
    for (const isSnake of [true, false]) {
      const response = await search([name], isSnake);
      await jsonIn(response);
      assert.equal(response.headers.get("x-pollux-account"), account);
    }
  }
  const [one, two] = stores;
  const { code, message } = await errorIn(
    await search([one?.name ?? "", two?.name ?? ""], true),
  );
  assert.equal(code, 400);
  assert.match(message, /"fileSearchStores\/store-one" is with the account "one"/);
  assert.match(message, /"fileSearchStores\/store-two" is with the account "two"/);
  const nowhere = await errorIn(await search(["fileSearchStores/nowhere"], false));
  assert.equal(
    nowhere.message,
    "You do not have permission to access the FileSearchStore nowhere or it may not exist.",
  );
  const file = bed.plant("three");
  const apart = await post([bed.url], `${one?.name}:importFile`, { file_name: file });
  assert.match((await errorIn(apart)).message, /^No account can use all that this request names/);
});

Deno.test("A document that is missing does not make its store unknown", async () => {
  await using bed = await startOwnerTestbed();
  const { name, account } = await storeAt([bed.url]);
  for (const path of ["documents/none", "operations/none", "upload/operations/none"]) {
    assert.match(String((await errorIn(await bed.ask(`${name}/${path}`))).code), /^40[34]$/);
  }
  const before = bed.emulator.requests.length;
  await jsonIn(await bed.ask(name));
  const asked = bed.emulator.requests.slice(before).map((request) => request.account);
  assert.deepEqual(asked, [account]);
});

Deno.test("Stores are listed from all accounts, and found where another client made them", async () => {
  await using bed = await startOwnerTestbed();
  for (const account of NAMES) {
    const stores = bed.emulator.stores(bed.emulator.projectOf(account));
    for (let nth = 0; nth < 3; nth++) stores.plant(`${account}-${nth}`);
  }
  const found: string[] = [];
  for (let token = "", page = 0; page < 10; page++) {
    const query = `pageSize=2${token && `&pageToken=${encodeURIComponent(token)}`}`;
    const { fileSearchStores, nextPageToken } = await jsonIn(
      await bed.ask(`fileSearchStores?${query}`),
    );
    found.push(...fileSearchStores.map(({ name }: { name: string }) => name));
    if (nextPageToken === undefined) break;
    token = nextPageToken;
  }
  assert.equal(new Set(found).size, 9);
  await using other = await startOwnerTestbed({ emulator: bed.emulator, accounts: bed.accounts });
  const { documents = [] } = await jsonIn(await other.ask("fileSearchStores/two-1/documents"));
  assert.deepEqual(documents, []);
  const started = await startUpload([other.url], "fileSearchStores/three-2");
  await started.body?.cancel();
  assert.equal(started.headers.get("x-pollux-account"), "three");
});

Deno.test("A store belongs to the client that made it, before and after a restart", async () => {
  const ids = new Map([["planted-client-a", "a"], ["planted-client-b", "b"]]);
  const a = { "x-goog-api-key": "planted-client-a" };
  const b = { "x-goog-api-key": "planted-client-b" };
  await using store = await openStore({ memory: true });
  const keeperOf = () => store.keeper({ clock: Date, onProblem: () => assert.fail() });
  const settings = { auth: { apiKey: "planted-gateway-key" } };
  const first = keeperOf();
  const options = { clientKeys: clientKeysOf(ids), settings };
  await using emulator = await startEmulator();
  await using bed = await startOwnerTestbed({ ...options, keeper: first, emulator });
  const { name } = await storeAt([bed.url, a]);
  const started = await startUpload([bed.url, a], name);
  await started.body?.cancel();
  const address = started.headers.get("x-goog-upload-url") ?? "";
  const operation = await jsonIn(await goOn(address, "upload, finalize", { body: TEXT }));
  await first.close();
  const second = keeperOf();
  await using restarted = await startOwnerTestbed({
    ...options,
    keeper: second,
    emulator,
    accounts: bed.accounts,
  });
  for (const at of [bed.url, restarted.url]) {
    const sent = emulator.requests.length;
    const fileName = "files/abc";
    const refused = [
      ...await Promise.all(
        [
          name,
          operation.name,
          operation.response.documentName,
          `${name}/documents`,
        ].map((path) => fetch(`${at}/v1beta/${path}`, { headers: b })),
      ),
      await startUpload([at, b], name),
      await post([at, b], `${name}:importFile`, { fileName }),
      await fetch(`${at}/v1beta/${name}?force=true`, { method: "DELETE", headers: b }),
    ];
    for (const response of refused) assert.equal((await errorIn(response)).code, 403);
    assert.equal(emulator.requests.length, sent);
    const listed = await jsonIn(await fetch(`${at}/v1beta/fileSearchStores`, { headers: b }));
    assert.deepEqual(listed.fileSearchStores ?? [], []);
    const own = await jsonIn(await fetch(`${at}/v1beta/fileSearchStores`, { headers: a }));
    assert.deepEqual(own.fileSearchStores.map((one: { name: string }) => one.name), [name]);
    assert.equal(
      (await jsonIn(await fetch(`${at}/v1beta/${operation.name}`, { headers: a }))).done,
      true,
    );
  }
  await second.close();
});

Deno.test("Pollux tries another account for stores, imports and uploads only if upstream did nothing", async () => {
  await using bed = await startOwnerTestbed();
  const { url, emulator } = bed;
  for (const account of NAMES) {
    emulator.script(account, ["500"], { method: "fileSearchStores.create" });
  }
  const refused = await errorIn(await post([url], "fileSearchStores"));
  assert.equal(refused.code, 500);
  assert.equal(emulator.requests.length, 1);
  emulator.clear();
  // A spent quota proves that nothing was done.
  emulator.script("one", ["429-bare"], { method: "fileSearchStores.create" });
  emulator.script("two", ["429-bare"], { method: "fileSearchStores.create" });
  const { name, account } = await storeAt([url]);
  const file = bed.plant(account);
  emulator.script(account, ["500"], { method: "fileSearchStores.importFile" });
  const before = emulator.requests.length;
  const imported = await post([url], `${name}:importFile`, { fileName: file });
  assert.equal((await errorIn(imported)).code, 500);
  const imports = emulator.requests.slice(before).filter(({ path }) =>
    path.endsWith(":importFile")
  );
  assert.equal(imports.length, 1);
});

Deno.test("A store is made with the account of the caller's recent uploads, which it can then import", async () => {
  const ids = new Map(NAMES.map((name) => [`planted-client-${name}`, name]));
  const clientKeys = clientKeysOf(ids);
  const settings = { auth: { apiKey: "planted-gateway-key" } };
  await using bed = await startOwnerTestbed({ clientKeys, settings });
  const uploads = `${bed.url}/upload/v1beta/files?uploadType=media`;
  for (const key of ids.keys()) {
    const headers = { "x-goog-api-key": key };
    const upload = async () => {
      const type = { "content-type": "text/plain" };
      return await fileIn(await send(uploads, { ...type, ...headers }, { body: TEXT }));
    };
    const before = await upload();
    const { name } = await storeAt([bed.url, headers]);
    for (const fileName of [before, await upload()]) {
      await jsonIn(await post([bed.url, headers], `${name}:importFile`, { fileName }));
    }
  }
});
