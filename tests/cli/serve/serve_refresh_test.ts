/** `pollux serve` on accounts whose sign-in changes or ends while it runs. @module */
import assert from "node:assert/strict";
import { AccountBook } from "../../../src/accounts/account_book.ts";
import { parseCredentialsFile } from "../../../src/accounts/credentials/credentials_file.ts";
import { type Emulator, startEmulator, type UserOptions } from "../../../src/emulator/emulator.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { type Gateway, runPollux, startGateway } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { call, errorOf, textOf } from "../../support/gemini_call.ts";
import { untilRefused } from "../../support/until_refused.ts";

/** Runs `work` on the accounts of a folder, as a command would. */
async function onAccounts<T>(dataDir: string, work: (book: AccountBook) => Promise<T>): Promise<T> {
  using store = await openStore({ dataDir });
  return await work(new AccountBook(store.accounts, Date));
}

interface AddedUser extends UserOptions {
  readonly emulator: Emulator;
  readonly clientSecret?: string;
}

async function addUser(dataDir: string, name: string, options: AddedUser): Promise<void> {
  const { emulator, clientSecret, ...user } = options;
  const credentials = emulator.addUser(name, { project: "project-1", ...user });
  const credential = parseCredentialsFile(JSON.stringify({
    ...credentials,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
  }));
  await onAccounts(dataDir, (book) =>
    book.add({
      name,
      kind: "code-assist",
      baseUrls: [emulator.url],
      project: "project-1",
      credential,
    }));
}

/** What a gateway logged, once it has stopped. */
async function logOf(gateway: Gateway): Promise<Record<string, unknown>[]> {
  gateway.signal("SIGTERM");
  const { code, stderr } = await gateway.ended;
  assert.equal(code, 0, stderr);
  return stderr.trim().split("\n").map((line) => JSON.parse(line));
}

function messages(log: readonly Record<string, unknown>[], level: string): string[] {
  return log.filter((line) => line["level"] === level).map((line) => String(line["message"]));
}

Deno.test("serve disables an account whose grant was taken back, says why, and answers through others", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  await addUser(dataDir, "revoked", { emulator });
  await addUser(dataDir, "good", { emulator });
  emulator.revokeUser("revoked");
  await using gateway = await startGateway({ dataDir });
  for (let turn = 0; turn < 4; turn++) {
    const response = await call(gateway.url, { text: `Call ${turn}` });
    assert.equal(response.headers.get("x-pollux-account"), "good");
    await textOf(response);
  }
  const { stdout } = await runPollux(["accounts", "list"], { dataDir });
  assert.match(stdout, /^revoked +code-assist +no .*Token has been expired or revoked\. \(inv/m);
  assert.match(stdout, /^good +code-assist +yes/m);
  assert.equal(emulator.tokenRequests("revoked"), 1);
  const errors = messages(await logOf(gateway), "error");
  assert.equal(errors.length, 1);
  assert.match(errors[0] ?? "", /^Account "revoked" was disabled: .*\(invalid_grant\); sign in/);
});

Deno.test("serve tells of a wrong OAuth client, to the log and the client, and leaves the account enabled", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  await addUser(dataDir, "only", { emulator, clientSecret: "planted-wrong" });
  await using gateway = await startGateway({ dataDir });
  const words = /refused the OAuth client: .*\(invalid_client\); this is a configuration mistake/;
  const { status, message } = await errorOf(await call(gateway.url));
  assert.equal(status, "UNAUTHENTICATED");
  assert.match(message, words);
  const { enabled } = await onAccounts(dataDir, (book) => book.get("only"));
  assert.equal(enabled, true);
  const errors = messages(await logOf(gateway), "error");
  assert.equal(errors.length, 1);
  assert.match(errors[0] ?? "", words);
});

Deno.test("serve stores the refresh token of a refresh that is under way when it is told to stop", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  await addUser(dataDir, "only", { emulator, rotates: true, expiresInSeconds: 1 });
  const refreshToken = () =>
    onAccounts(dataDir, async (book) => {
      const { credential } = await book.get("only");
      return credential.type === "authorized_user" ? credential.refreshToken.reveal() : "";
    });
  await using gateway = await startGateway({ dataDir });
  await textOf(await call(gateway.url));
  const before = await refreshToken();
  const first = emulator.requests.find(({ path }) => path === "/token");
  emulator.script("only", ["hang"], { method: "token" });
  const hanging = emulator.waitForRequest((request) =>
    request.path === "/token" && request !== first
  );
  // Calls until one of them finds the token old; none has to wait for the new one.
  const calls: Promise<Response>[] = [];
  const timer = setInterval(() => calls.push(call(gateway.url)), 50);
  await hanging;
  clearInterval(timer);
  gateway.signal("SIGTERM");
  await untilRefused(gateway.url);
  emulator.release();
  assert.equal((await gateway.ended).code, 0);
  // The last of them may have come too late to be answered.
  for (const made of await Promise.allSettled(calls)) {
    if (made.status === "fulfilled") await made.value.body?.cancel();
  }
  assert.notEqual(await refreshToken(), before);
});
