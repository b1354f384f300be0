/**
 * `pollux login` as a process, and the consent page in a real Chromium. Where there is no `chromium` on
 * the PATH those tests are left out, which with `CI=true` fails on Linux on x64: not every other machine
 * of continuous integration has a Chromium.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { handIn } from "../support/hand_in.ts";
import { HANDED_IN } from "../support/planted.ts";
import { type RunningCommand, runPollux, startCommand } from "../support/pollux_process.ts";
import { testUnless } from "../support/left_out.ts";
import { NO_CHROMIUM, PATIENCE_MS, startBrowser } from "../support/browser.ts";

/** A page of a Chromium that knows nothing yet. */
async function openBrowser(): Promise<AsyncDisposable & { readonly page: Page }> {
  const browser = await startBrowser();
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  return { page, [Symbol.asyncDispose]: () => browser.close() };
}

interface Place extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly dataDir: string;
  readonly folder: string;
  /** Starts `pollux login code-assist work`, and waits for the address to open. */
  login(client: unknown): Promise<RunningCommand>;
  /** The account as `accounts show --json` has it; undefined where there is none. */
  account(): Promise<Record<string, unknown> | undefined>;
}

async function place(): Promise<Place> {
  const emulator = await startEmulator();
  emulator.addUser("ada", { project: "managed", onboarded: 1, tier: "free-tier" });
  emulator.addUser("grace", { project: "other" });
  const folder = tempFolder();
  const dataDir = join(folder.path, "data");
  return {
    emulator,
    dataDir,
    folder: folder.path,
    async login(client) {
      const text = JSON.stringify(client);
      const clientFile = handIn(folder.path, { name: "client_secret.json", text });
      const words = ["login", "code-assist", "work", "--client-file", clientFile, "--yes"];
      const address = /^(http\S+\/auth\?\S+)$/m;
      return await startCommand([...words, "--base-url", emulator.url], { dataDir, address });
    },
    async account() {
      const show = ["accounts", "show", "work", "--json"];
      const { code, stdout } = await runPollux(show, { dataDir });
      return code === 0 ? JSON.parse(stdout) : undefined;
    },
    async [Symbol.asyncDispose]() {
      await emulator.close();
      folder[Symbol.dispose]();
    },
  };
}

/** Chooses an account, and says yes or no. */
async function decide(page: Page, account: string, decision: "Allow" | "Deny"): Promise<void> {
  await page.getByRole("button", { name: account }).click();
  await page.getByRole("heading", { name: `wants to access the account ${account}` }).waitFor();
  await page.getByRole("button", { name: decision }).click();
}

/** A test that needs a browser. */
function testInBrowser(name: string, run: (at: Place, page: Page) => Promise<void>): void {
  testUnless(NO_CHROMIUM, name, async () => {
    await using browser = await openBrowser();
    await using at = await place();
    await run(at, browser.page);
  });
}

testInBrowser("A user signs in on the consent page, and the account works", async (at, page) => {
  await using command = await at.login(at.emulator.oauthClient());
  await page.goto(command.address);
  await decide(page, "ada", "Allow");
  await page.getByText("Pollux has Google's response. You can close this tab").waitFor();
  const { code, stdout, stderr } = await command.ended;
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Added "work" \(code-assist\)/m);
  assert.match(stderr, /Google is setting up the account \(free-tier\)/);
  assert.doesNotMatch(stdout + stderr, /emulated-secret-/);
  assert.equal((await at.account())?.["project"], "managed");
  const tested = await runPollux(["accounts", "test", "work"], { dataDir: at.dataDir });
  assert.match(tested.stdout, /^work: works, \d+ models$/m);
});

testInBrowser(
  "A user who declines is told so in the terminal, and nothing is kept",
  async (at, page) => {
    await using command = await at.login(at.emulator.oauthClient());
    await page.goto(command.address);
    await decide(page, "grace", "Deny");
    await page.getByText("Pollux has Google's response").waitFor();
    const { code, stderr } = await command.ended;
    assert.equal(code, 1);
    assert.match(stderr, /access_denied: the consent was declined/);
    assert.equal(await at.account(), undefined);
  },
);

testInBrowser(
  "Google's error pages stay in the browser, and Pollux goes on waiting",
  async (at, page) => {
    const { installed } = { installed: {}, ...at.emulator.oauthClient() };
    const unknown = { installed: { ...installed, client_id: "deleted" } };
    const web = at.emulator.oauthClient(["https://x.example/"]);
    for (
      const [client, words] of [
        [unknown, "Error 401: invalid_client"],
        [web, "Error 400: redirect_uri_mismatch"],
      ] as const
    ) {
      await using command = await at.login(client);
      await page.goto(command.address);
      await page.getByRole("heading", { name: words }).waitFor();
      command.signal("SIGINT");
      assert.doesNotMatch((await command.ended).stdout, /Added/);
    }
    assert.equal(await at.account(), undefined);
  },
);

Deno.test("Ctrl+C while a sign-in waits leaves nothing behind", async () => {
  await using at = await place();
  await using command = await at.login(at.emulator.oauthClient());
  command.signal("SIGINT");
  const { code, stdout } = await command.ended;
  assert.notEqual(code, 0);
  assert.doesNotMatch(stdout, /Added/);
  const left = [...Deno.readDirSync(at.folder)].map(({ name }) => name);
  assert.deepEqual(left, [HANDED_IN]);
});
