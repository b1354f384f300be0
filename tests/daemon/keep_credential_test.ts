/** What becomes of a kept account while its token is refreshed. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Account } from "../../src/accounts/account.ts";
import { AccountBook } from "../../src/accounts/account_book.ts";
import { AuthorizedUserTokens } from "../../src/accounts/tokens/authorized_user_tokens.ts";
import { parseCredentialsFile } from "../../src/accounts/credentials/credentials_file.ts";
import { Secret } from "../../src/accounts/secret.ts";
import { TokenError } from "../../src/accounts/tokens/token_error.ts";
import { keepCredential } from "../../src/daemon/keep_credential.ts";
import { type Emulator, startEmulator, type UserOptions } from "../../src/emulator/emulator.ts";
import { openStore, type Store } from "../../src/store/open_store.ts";
import { runPollux } from "../support/pollux_process.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { PLANTED_ADDRESS } from "../support/planted.ts";

const NEVER = new AbortController().signal;

/** An account in a store, and what an upstream would have of it. */
interface Place extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly dataDir: string;
  readonly account: Account;
  readonly book: AccountBook;
  readonly problems: readonly string[];
  readonly keeper: ReturnType<typeof keepCredential>;
  readonly tokens: AuthorizedUserTokens;
}

async function place(
  options: UserOptions & { readonly clientSecret?: string } = {},
): Promise<Place> {
  const { clientSecret, ...user } = options;
  const emulator = await startEmulator();
  const folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const store = await openStore({ dataDir });
  const book = new AccountBook(store.accounts, Date);
  const credentials = emulator.addUser("work", { project: "project-1", ...user });
  const account = await book.add({
    name: "work",
    kind: "code-assist",
    baseUrls: [emulator.url],
    project: "project-1",
    credential: parseCredentialsFile(JSON.stringify({
      ...credentials,
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    })),
  });
  const { problems, keeper } = keeperFor(account, { book, store });
  assert.equal(account.credential.type, "authorized_user");
  if (account.credential.type !== "authorized_user") throw new Error("It has no sign-in");
  return {
    emulator,
    dataDir,
    account,
    book,
    problems,
    keeper,
    tokens: new AuthorizedUserTokens(account.credential, { clock: Date, keeper }),
    async [Symbol.asyncDispose]() {
      await emulator.close();
      await store.turns.idle();
      store.close();
      folder[Symbol.dispose]();
    },
  };
}

function keeperFor(
  account: Account,
  { book, store: { turns } }: { readonly book: AccountBook; readonly store: Store },
) {
  const problems: string[] = [];
  const keeper = keepCredential(account, {
    book,
    turns,
    onProblem: (what, error) => problems.push(`${what}: ${error}`),
  });
  return { problems, keeper };
}

async function refreshTokenIn(book: AccountBook): Promise<string> {
  const { credential } = await book.get("work");
  return credential.type === "authorized_user" ? credential.refreshToken.reveal() : "";
}

Deno.test("invalid_grant disables the account, and the reason is kept", async () => {
  await using at = await place();
  at.emulator.revokeUser("work");
  await assert.rejects(at.tokens.token(NEVER), { reason: "invalid_grant" });
  const { enabled, disabledReason, ...rest } = await at.book.get("work");
  assert.equal(enabled, false);
  assert.match(disabledReason ?? "", /Token has been expired or revoked\. \(invalid_grant\)/);
  const { enabled: _, ...before } = at.account;
  assert.deepEqual(rest, before);
  assert.equal(at.problems.length, 1);
  assert.match(at.problems[0] ?? "", /^Account "work" was disabled: .*invalid_grant/);
});

Deno.test("invalid_client is told as a mistake of configuration, and disables nothing", async () => {
  await using at = await place({ clientSecret: "planted-wrong" });
  await assert.rejects(at.tokens.token(NEVER), {
    reason: "invalid_client",
    message: /refused the OAuth client: .*\(invalid_client\); this is a configuration mistake/,
  });
  assert.deepEqual(await at.book.get("work"), at.account);
  assert.equal(at.problems.length, 1);
  assert.match(
    at.problems[0] ?? "",
    /^Account "work" cannot get a token: .*configuration mistake/,
  );
});

Deno.test("invalid_grant disables no account whose user signed in again meanwhile", async () => {
  await using at = await place();
  const { book, account, keeper } = at;
  assert.equal(account.credential.type, "authorized_user");
  if (account.credential.type !== "authorized_user") return;
  const from = account.credential.refreshToken;
  await book.replaceRefreshToken(account.id, { from, to: new Secret("planted-anew") });
  await keeper.refused(account.credential, new TokenError("invalid_grant", "Too late."));
  assert.equal((await book.get("work")).enabled, true);
  assert.deepEqual(at.problems, []);
});

Deno.test("A reason that is kept names nobody's e-mail address", async () => {
  await using at = await place();
  const { book, account, keeper } = at;
  const words = `The grant of ${PLANTED_ADDRESS} was revoked.`;
  await keeper.refused(account.credential, new TokenError("invalid_grant", words));
  assert.equal((await book.get("work")).disabledReason, "The grant of *** was revoked.");
});

Deno.test("An edit that is made during a refresh survives it, and so does the new refresh token", async () => {
  await using at = await place({ rotates: true });
  const { emulator, book, dataDir, account } = at;
  const old = await refreshTokenIn(book);
  emulator.script("work", ["hang"], { method: "token" });
  const waiting = at.tokens.token(NEVER);
  await emulator.waitForRequest(({ path }) => path === "/token");
  {
    // As another process does it, through a store of its own.
    using other = await openStore({ dataDir });
    await new AccountBook(other.accounts, Date).update(account.id, { project: "project-2" });
  }
  emulator.release();
  await waiting;
  assert.equal((await book.get("work")).project, "project-2");
  const now = await refreshTokenIn(book);
  assert.notEqual(now, old);
  at.tokens.invalidate(await waiting);
  await at.tokens.token(NEVER);
  assert.notEqual(await refreshTokenIn(book), now);
  assert.deepEqual(at.problems, []);
});

Deno.test("An account that is removed during a refresh stays removed, and nothing is told", async () => {
  await using at = await place({ rotates: true });
  const { emulator, book } = at;
  emulator.script("work", ["hang"], { method: "token" });
  const waiting = at.tokens.token(NEVER);
  await emulator.waitForRequest(({ path }) => path === "/token");
  await book.remove("work");
  emulator.release();
  await waiting;
  at.tokens.invalidate(await waiting);
  await at.tokens.token(NEVER);
  assert.deepEqual((await book.list()).accounts, []);
  assert.deepEqual(at.problems, []);
});

Deno.test("Two token sources of one store never refresh at once, nor with a token that has ended", async () => {
  await using at = await place({ rotates: true });
  const { emulator, dataDir, account } = at;
  if (account.credential.type !== "authorized_user") return;
  using otherStore = await openStore({ dataDir });
  const otherBook = new AccountBook(otherStore.accounts, Date);
  const other = keeperFor(account, { book: otherBook, store: otherStore });
  const otherTokens = new AuthorizedUserTokens(account.credential, {
    clock: Date,
    keeper: other.keeper,
  });
  emulator.script("work", ["hang"], { method: "token" });
  const first = at.tokens.token(NEVER);
  await emulator.waitForRequest(({ path }) => path === "/token");
  const second = otherTokens.token(NEVER);
  // Its request would be here by the time that one of ours has come and gone.
  await (await fetch(emulator.url)).body?.cancel();
  assert.equal(emulator.tokenRequests("work"), 1);
  emulator.release();
  assert.notEqual(await first, await second);
  assert.equal(emulator.tokenRequests("work"), 2);
  assert.deepEqual([...at.problems, ...other.problems], []);
});

Deno.test("Processes that refresh one account at the same time take turns, and none is signed out", async () => {
  await using at = await place({ rotates: true });
  const { dataDir, emulator, book } = at;
  const runs = await Promise.all(
    Array.from({ length: 4 }, () => runPollux(["accounts", "test", "work"], { dataDir })),
  );
  for (const { code, stdout, stderr } of runs) {
    assert.match(stdout, /^work: works, \d+ models\n$/);
    assert.equal(stderr, "");
    assert.equal(code, 0);
  }
  assert.equal(emulator.tokenRequests("work"), 4);
  assert.equal((await book.get("work")).enabled, true);
  const sent = emulator.requests.filter(({ path }) => path === "/token")
    .map(({ rawBody }) => new URLSearchParams(rawBody).get("refresh_token"));
  assert.equal(sent.length, 4);
  assert.equal(new Set(sent).size, 4);
});

Deno.test("accounts test says that it disabled an account, and why; list and show keep it", async () => {
  await using at = await place();
  at.emulator.revokeUser("work");
  const { dataDir } = at;
  const tested = await runPollux(["accounts", "test", "work"], { dataDir });
  assert.equal(tested.code, 1);
  assert.match(tested.stderr, /^Warning: Account "work" was disabled: .*\(invalid_grant\)/);
  assert.match(tested.stdout, /^work: failed: .*\(invalid_grant\)/);
  for (const command of [["list"], ["show", "work"], ["list", "--json"]]) {
    const { stdout } = await runPollux(["accounts", ...command], { dataDir });
    assert.match(stdout, /Token has been expired or revoked\. \(invalid_grant\)/);
  }
});
