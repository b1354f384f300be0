/** Where calls go that name stored resources. @module */
import assert from "node:assert/strict";
import { startTestGateway, type TestGateway } from "../../support/gateway.ts";
import { startTestUpstream } from "../../support/test_upstream.ts";
import { errorOf } from "../../support/gemini_call.ts";
import { accountOf, FILES, ownAccounts, refusal, startOwnerTestbed } from "./owner_testbed.ts";
import { startEmulator } from "../../../src/emulator/emulator.ts";

Deno.test("A call goes to the owner of the file that it names, whichever account is next in turn", async () => {
  await using bed = await startOwnerTestbed();
  const names = ["one", "two", "three"].map((account) => [account, bed.plant(account)] as const);
  for (let round = 0; round < 3; round++) {
    for (const [account, name] of names) {
      assert.equal(await accountOf(await bed.ask(name)), account);
      assert.equal(await accountOf(await bed.prompt([name])), account);
      assert.equal(await accountOf(await bed.prompt([name, name])), account);
    }
  }
  assert.deepEqual(new Set(bed.asked("generate")).size, 3);
  assert.equal(bed.asked("generate").length, 18);
  for (const [account, name] of names) {
    assert.equal(await accountOf(await bed.ask(name, { method: "DELETE" })), account);
  }
});

Deno.test("A file's address at the gateway reaches Google as Google's, and its owner", async () => {
  const publicUrl = "https://pollux.example";
  await using bed = await startOwnerTestbed({ settings: { server: { publicUrl } } });
  const name = bed.plant("two");
  const { port } = bed;
  for (
    const origin of [
      bed.url,
      `http://localhost:${port}`,
      `http://[::1]:${port}`,
      publicUrl,
      `${publicUrl}/gemini/v1beta`,
    ]
  ) {
    for (const path of ["/v1beta/", "/", "//v1beta/"]) {
      const body = JSON.stringify({
        contents: [{ parts: [{ file_data: { file_uri: origin + path + name } }] }],
      });
      const response = await bed.ask("models/gemini-2.5-flash:generateContent", {
        method: "POST",
        body,
      });
      assert.equal(await accountOf(response), "two");
      const { rawBody } = bed.emulator.requests.at(-1) ?? assert.fail();
      assert.equal(rawBody.includes(FILES + name.slice(6)), true, rawBody);
    }
  }
});

Deno.test("A call that names files of two projects gets their owners in the error, and no account is asked", async () => {
  await using bed = await startOwnerTestbed();
  const [a, b] = [bed.plant("one"), bed.plant("two")];
  for (let round = 0; round < 2; round++) {
    const error = await errorOf(await bed.prompt([a, b]));
    assert.deepEqual([error.code, error.status], [400, "FAILED_PRECONDITION"]);
    assert.match(error.message, new RegExp(`"${a}" is with the account "one"`));
    assert.match(error.message, new RegExp(`"${b}" is with the account "two"`));
    assert.match(error.message, /--project-group/);
  }
  assert.deepEqual(bed.asked("generate"), []);
});

Deno.test("Accounts of one project group use each other's resources", async () => {
  await using emulator = await startEmulator();
  const key = (name: string) => emulator.addApiKey(name, { project: "shared" });
  const accounts = ["one", "two"].map((name) => ({
    name,
    key: key(name),
    baseUrls: [emulator.url],
    settings: { projectGroup: "mine" },
  }));
  const all = [...accounts, ...ownAccounts(emulator, ["three"])];
  await using bed = await startOwnerTestbed({ emulator, accounts: all });
  const name = bed.plant("one");
  const owner = await accountOf(await bed.prompt([name]));
  emulator.script(owner, [{ type: "429-short", delayMs: 60_000 }]);
  const other = await accountOf(await bed.prompt([name]));
  assert.notEqual(other, owner);
  assert.ok(["one", "two"].includes(other), other);
  await bed.setAccounts(all.filter((account) => account.name !== owner));
  assert.equal(await accountOf(await bed.prompt([name])), other);
});

Deno.test("Pollux learns once that two accounts share a project, from a file that both can read", async () => {
  await using emulator = await startEmulator();
  const accounts = ["one", "two"].map((name) => ({
    name,
    key: emulator.addApiKey(name, { project: "shared" }),
    baseUrls: [emulator.url],
  }));
  const all = [...accounts, ...ownAccounts(emulator, ["three"])];
  // Each account is at first the only one, so that both hold a file as far as the gateway knows.
  await using bed = await startOwnerTestbed({ emulator, accounts: all.slice(0, 1) });
  const [a, b] = [bed.plant("one"), bed.plant("two")];
  await accountOf(await bed.ask(a));
  await bed.setAccounts(all.slice(1, 2));
  await accountOf(await bed.ask(b));
  await bed.setAccounts(all);
  assert.ok(["one", "two"].includes(await accountOf(await bed.prompt([a, b]))));
  const reads = bed.asked("read").length;
  await accountOf(await bed.prompt([a, b]));
  assert.equal(bed.asked("read").length, reads);
});

Deno.test("Files with the same chosen name in two projects do not make the projects one", async () => {
  await using emulator = await startEmulator();
  await using other = await startEmulator();
  const accounts = [
    ...ownAccounts(emulator, ["one"]),
    ...ownAccounts(other, ["two"]),
    ...ownAccounts(emulator, ["three"]),
  ];
  await using bed = await startOwnerTestbed({ emulator, accounts: accounts.slice(0, 1) });
  const a = bed.plant("one", "chosen");
  await accountOf(await bed.ask(a));
  // Created at another time than its namesake.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const files = other.files(other.projectOf("two"));
  files.plant({ id: "chosen", source: "UPLOADED" });
  const b = String(files.plant({ source: "UPLOADED" })["name"]);
  await bed.setAccounts(accounts.slice(1, 2));
  await accountOf(await bed.ask(b));
  await bed.setAccounts(accounts);
  const error = await errorOf(await bed.prompt([a, b]));
  assert.equal(error.status, "FAILED_PRECONDITION");
});

Deno.test("An owner in a cool-down gives its own 429 with a time, and no other account is tried", async () => {
  await using bed = await startOwnerTestbed();
  const name = bed.plant("two");
  await accountOf(await bed.ask(name));
  bed.emulator.script("two", [{ type: "429-short", delayMs: 60_000 }]);
  for (let round = 0; round < 2; round++) {
    const response = await bed.prompt([name]);
    assert.equal(response.headers.get("x-pollux-account"), "two");
    const seconds = Number(response.headers.get("retry-after"));
    assert.ok(seconds > 50 && seconds <= 60, String(seconds));
    const error = await errorOf(response);
    assert.deepEqual([error.code, error.status], [429, "RESOURCE_EXHAUSTED"]);
    assert.match(error.message, new RegExp(`^The account that holds "${name}" is cooling down`));
    assert.ok(error.details?.some((detail) => detail["@type"].endsWith("RetryInfo")));
  }
  assert.deepEqual(bed.asked("generate"), ["two"]);
  assert.notEqual(await accountOf(await bed.prompt([])), "two");
});

Deno.test("A transient failure of the owner is retried with the owner only", async () => {
  await using bed = await startOwnerTestbed();
  const name = bed.plant("two");
  await accountOf(await bed.ask(name));
  bed.emulator.script("two", ["503"]);
  assert.equal(await accountOf(await bed.prompt([name])), "two");
  assert.deepEqual(bed.asked("generate"), ["two", "two"]);
});

Deno.test("A disabled owner is named in the error with the command that enables it; a removed one holds no file", async () => {
  await using bed = await startOwnerTestbed();
  const name = bed.plant("two");
  await accountOf(await bed.ask(name));
  const rest = bed.accounts.filter((account) => account.name !== "two");
  const [two] = bed.accounts.filter((account) => account.name === "two");
  assert.ok(two);
  await bed.setAccounts([...rest, { ...two, settings: { enabled: false } }]);
  const disabled = await errorOf(await bed.prompt([name]));
  assert.equal(disabled.status, "FAILED_PRECONDITION");
  assert.match(disabled.message, /The account "two", which holds .* pollux accounts enable two/);
  await bed.setAccounts(rest);
  const removed = await errorOf(await bed.prompt([name]));
  assert.deepEqual([removed.code, removed.message], [403, refusal(name)]);
  await bed.setAccounts(bed.accounts);
  assert.equal(await accountOf(await bed.prompt([name])), "two");
  assert.deepEqual(bed.asked("generate"), ["two"]);
});

Deno.test("An owner that may not serve the model is named, and no other account is asked", async () => {
  await using bed = await startOwnerTestbed();
  const name = bed.plant("two");
  await accountOf(await bed.ask(name));
  await bed.setAccounts(bed.accounts.map((account) => ({
    ...account,
    ...(account.name === "two"
      ? { settings: { models: { allow: [], deny: ["gemini-2.5-*"] } } }
      : {}),
  })));
  const error = await errorOf(await bed.prompt([name]));
  assert.equal(error.status, "FAILED_PRECONDITION");
  assert.match(error.message, /The account "two", which holds .* "generateContent" with the model/);
  assert.deepEqual(bed.asked("generate"), []);
});

Deno.test("If the owner refuses a file, no account cools down, no other is tried, and the owner is forgotten", async () => {
  await using bed = await startOwnerTestbed();
  const name = bed.plant("two");
  await accountOf(await bed.ask(name));
  bed.emulator.files(bed.emulator.projectOf("two")).delete(name.slice(6));
  const error = await errorOf(await bed.prompt([name]));
  assert.deepEqual([error.code, error.message], [403, refusal(name)]);
  assert.deepEqual(bed.asked("generate"), ["two"]);
  assertNobodyRests(bed);
  // It is nowhere now, so that no further call is sent.
  assert.equal((await errorOf(await bed.prompt([name]))).message, refusal(name));
  assert.deepEqual(bed.asked("generate"), ["two"]);
});

Deno.test("A 403 or 404 for the file in the path starts no cool-down, whatever its message", async () => {
  let error = {};
  await using upstream = startTestUpstream(({ url }) =>
    url.includes("/files/") ? Response.json({ error }, { status: 403 }) : Response.json({})
  );
  const accounts = [{ name: "one", key: "planted-key", baseUrls: [upstream.url] }];
  await using gateway = await startTestGateway({ accounts });
  error = {
    code: 403,
    status: "PERMISSION_DENIED",
    message: "The caller does not have permission",
  };
  for (let turn = 0; turn < 2; turn++) {
    const response = await fetch(`${gateway.url}/v1beta/files/abc`);
    assert.equal((await errorOf(response)).message, "The caller does not have permission");
  }
  assertNobodyRests(gateway);
  // An account that may not use the API at all rests for that.
  error = {
    ...error,
    details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "SERVICE_DISABLED" }],
  };
  await errorOf(await fetch(`${gateway.url}/v1beta/files/abc`));
  assert.deepEqual(gateway.gateway.snapshot().map(({ state }) => state), ["cooling"]);
});

Deno.test("A deleted file is forgotten", async () => {
  await using bed = await startOwnerTestbed();
  const name = bed.plant("two");
  await accountOf(await bed.ask(name));
  await accountOf(await bed.ask(name, { method: "DELETE" }));
  const error = await errorOf(await bed.prompt([name]));
  assert.deepEqual([error.code, error.message], [403, refusal(name)]);
  assert.deepEqual(bed.asked("generate"), []);
});

function assertNobodyRests({ gateway }: Pick<TestGateway, "gateway">): void {
  for (const { state, models } of gateway.snapshot()) {
    assert.deepEqual([state, models], ["available", []]);
  }
}
