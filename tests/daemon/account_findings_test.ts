/** What the gateway finds out about accounts is kept: Google is not asked again and again. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Account } from "../../src/accounts/account.ts";
import { AccountBook } from "../../src/accounts/account_book.ts";
import { parseCredentialsFile } from "../../src/accounts/credentials/credentials_file.ts";
import { AccountFindings } from "../../src/daemon/account_findings.ts";
import { type Emulator, startEmulator, type UserOptions } from "../../src/emulator/emulator.ts";
import { openStore } from "../../src/store/open_store.ts";
import { type Gateway, runPollux, startGateway } from "../support/pollux_process.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** An account whose project nobody has asked for yet, as an import leaves it. */
async function addUnasked(
  dataDir: string,
  emulator: Emulator,
  user: UserOptions & { readonly name: string },
): Promise<Account> {
  using store = await openStore({ dataDir });
  const { name, ...options } = user;
  return await new AccountBook(store.accounts, Date).add({
    name,
    kind: "code-assist",
    baseUrls: [emulator.url],
    credential: parseCredentialsFile(JSON.stringify(emulator.addUser(name, options))),
  });
}

async function accountsIn(dataDir: string): Promise<readonly Account[]> {
  using store = await openStore({ dataDir });
  return (await new AccountBook(store.accounts, Date).list()).accounts;
}

async function call(gateway: Gateway): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${gateway.url}/v1beta/models/gemini-2.5-flash:generateContent`, {
    method: "POST",
    body: JSON.stringify({ contents: [{ parts: [{ text: "Hello" }] }] }),
  });
  return { status: response.status, text: await response.text() };
}

function countOf(emulator: Emulator, method: string): number {
  return emulator.requests.filter(({ path }) => path.endsWith(method)).length;
}

async function stop(gateway: Gateway): Promise<string> {
  gateway.signal("SIGTERM");
  const { code, stderr } = await gateway.ended;
  assert.equal(code, 0, stderr);
  return stderr;
}

Deno.test("serve asks Google once about an account that is not let in, disables it, and says why", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  await addUnasked(dataDir, emulator, { name: "refused", ineligible: true });
  await addUnasked(dataDir, emulator, { name: "works", project: "managed" });
  await using gateway = await startGateway({ dataDir });
  for (let turn = 0; turn < 6; turn++) assert.equal((await call(gateway)).status, 200);
  const stderr = await stop(gateway);
  const refused = emulator.requests.filter(({ account, path }) =>
    account === "refused" && path !== "/token"
  );
  assert.deepEqual(refused.map(({ path }) => path), ["/v1internal:loadCodeAssist"]);
  assert.match(stderr, /Account \\?"refused\\?" is disabled: This client is no longer supported/);
  const [account] = await accountsIn(dataDir);
  assert.equal(account?.enabled, false);
  const { stdout } = await runPollux(["accounts", "list"], { dataDir });
  assert.match(
    stdout,
    /^refused .* no .*This client is no longer supported .*antigravity\.google$/m,
  );

  emulator.clear();
  await using again = await startGateway({ dataDir });
  for (let turn = 0; turn < 3; turn++) assert.equal((await call(again)).status, 200);
  await stop(again);
  assert.ok(!emulator.requests.some(({ account }) => account === "refused"));
});

Deno.test("serve passes on Google's words for an account that is not let in", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  await addUnasked(dataDir, emulator, { name: "refused", ineligible: true });
  await using gateway = await startGateway({ dataDir });
  const { status, text } = await call(gateway);
  assert.equal(status, 403);
  assert.match(JSON.parse(text).error.message, /^This client is no longer supported/);
  await stop(gateway);
  assert.equal(countOf(emulator, "loadCodeAssist"), 1);
});

Deno.test("serve onboards an account that still needs it, and does not ask after a restart", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  await addUnasked(dataDir, emulator, { name: "new", project: "managed", onboarded: 1 });
  {
    await using gateway = await startGateway({ dataDir });
    const responses = await Promise.all([1, 2, 3, 4].map(() => call(gateway)));
    assert.deepEqual(responses.map(({ status }) => status), [200, 200, 200, 200]);
    await stop(gateway);
  }
  assert.equal(countOf(emulator, "loadCodeAssist"), 1);
  assert.equal(countOf(emulator, "onboardUser"), 1);
  assert.equal((await accountsIn(dataDir))[0]?.project, "managed");
  await using gateway = await startGateway({ dataDir });
  assert.equal((await call(gateway)).status, 200);
  await stop(gateway);
  assert.equal(countOf(emulator, "loadCodeAssist"), 1);
});

Deno.test("accounts test keeps the project that it found, and marks what is not let in", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  await addUnasked(dataDir, emulator, { name: "refused", ineligible: true });
  await addUnasked(dataDir, emulator, { name: "works", project: "managed" });
  const { code, stdout } = await runPollux(["accounts", "test"], { dataDir });
  assert.equal(code, 1);
  assert.match(stdout, /^refused: failed: This client is no longer supported/m);
  const [refused, works] = await accountsIn(dataDir);
  assert.equal(refused?.enabled, false);
  assert.equal(works?.project, "managed");
});

Deno.test("AccountFindings tells once what it disabled, and of a store that fails", async () => {
  using store = await openStore({ memory: true });
  const book = new AccountBook(store.accounts, Date);
  await using emulator = await startEmulator();
  const account = await book.add({
    name: "work",
    kind: "code-assist",
    baseUrls: [emulator.url],
    credential: parseCredentialsFile(JSON.stringify(emulator.addUser("work"))),
  });
  const disabled: string[] = [];
  const errors: unknown[] = [];
  const findings = new AccountFindings(book, {
    onDisabled: ({ disabledReason }) => void disabled.push(disabledReason ?? ""),
    onError: (error) => void errors.push(error),
  });
  findings.onNotEligible(account, "Not for planted-ada@example.com");
  await findings.settled();
  assert.deepEqual(disabled, ["Not for ***"]);
  const broken = new Error("Disk full");
  Object.defineProperty(book, "update", { value: () => Promise.reject(broken) });
  findings.onProject(account, "managed");
  await findings.settled();
  assert.deepEqual(errors, [broken]);
});
