/**
 * An emulated Google and a user of it who is about to sign in.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Account } from "../../src/accounts/account.ts";
import { AccountBook } from "../../src/accounts/account_book.ts";
import { type Emulator, startEmulator, type UserOptions } from "../../src/emulator/emulator.ts";
import { openStore } from "../../src/store/open_store.ts";
import { tempFolder } from "./temp_folder.ts";
import { allow } from "./consent_page.ts";
import { handIn } from "./hand_in.ts";
import { type FakeUser, type Outcome, runAs } from "./fake_terminal.ts";
import { browsingUser } from "./signing_in_user.ts";

/** An emulated Google with a user `ada`, and a folder for data that is not there yet. */
export interface LoginPlace extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly folder: string;
  readonly dataDir: string;
  /** Runs `pollux login KIND work` with the emulator's client file and these words. */
  login(user: FakeUser, words?: readonly string[]): Promise<Outcome>;
  /** Signs `ada` in by the browser. */
  signIn(user?: FakeUser, words?: readonly string[]): Promise<Outcome>;
  accounts(): Promise<readonly Account[]>;
}

/**
 * Makes one.
 *
 * @param options What `ada` is, and `kind`: what she signs in to. Default: Code Assist.
 */
export async function loginPlace(
  options: UserOptions & { readonly kind?: Account["kind"] } = {},
): Promise<LoginPlace> {
  const { kind = "code-assist", ...user } = options;
  const emulator = await startEmulator();
  emulator.addUser("ada", { project: "managed", ...user });
  const folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const clientFile = handIn(folder.path, {
    name: "client_secret.json",
    text: JSON.stringify(emulator.oauthClient()),
  });
  function login(user: FakeUser, words: readonly string[] = []): Promise<Outcome> {
    const isClientGiven = words.some((word) => word.startsWith("--client"));
    return runAs(user, [
      ...["login", kind, "work", "--data-dir", dataDir],
      ...(isClientGiven ? [] : ["--client-file", clientFile]),
      // Vertex AI is not asked anything by a sign-in.
      ...(kind === "code-assist" ? ["--base-url", emulator.url] : []),
      ...words,
    ]);
  }
  return {
    emulator,
    folder: folder.path,
    dataDir,
    login,
    async signIn(user = {}, words = ["--yes"]) {
      const browsing = browsingUser(user, (address) => allow(address, "ada"));
      const outcome = await login(browsing, words);
      assert.match(await browsing.page(), /Pollux has Google's response\. You can close this tab/);
      return outcome;
    },
    async accounts() {
      using store = await openStore({ dataDir });
      return (await new AccountBook(store.accounts, Date).list()).accounts;
    },
    async [Symbol.asyncDispose]() {
      await emulator.close();
      folder[Symbol.dispose]();
    },
  };
}

/** The refresh token that an account holds; undefined where it holds none. */
export function refreshTokenOf(account: Account | undefined): string | undefined {
  return account?.credential.type === "authorized_user"
    ? account.credential.refreshToken.reveal()
    : undefined;
}
