/**
 * A gateway with the settings that docs/behind-a-proxy.md gives one behind a proxy.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import { handIn } from "../../support/hand_in.ts";
import { type Gateway, runPollux, startGateway } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { freeUrl } from "../../support/test_upstream.ts";
import { shownBlocks } from "../documents/shown_blocks.ts";

/** The key of its admin API. Not planted, since commands find it in clear in the data folder. */
export const ADMIN_KEY = "admin-key-of-this-gateway";

/** A running gateway. */
export interface ProxiedGateway extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly gateway: Gateway;
  /** Where its proxy is to listen: the gateway's public address. */
  readonly proxyUrl: string;
  /** A client key. */
  readonly key: string;
  /** Adds the settings that open the page and the admin API. */
  openAdmin(): Promise<void>;
}

/** Starts one, with the account `one`. */
export async function startProxiedGateway(): Promise<ProxiedGateway> {
  const proxyUrl = freeUrl();
  const folder = tempFolder();
  const emulator = await startEmulator();
  const options = {
    dataDir: `${folder.path}/data`,
    env: { KEY: emulator.addApiKey("one"), POLLUX_ADMIN_KEY: ADMIN_KEY },
  };
  async function pollux(...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runPollux(words, options);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  }
  const add = ["accounts", "add", "gemini-api", "one", "--key-env", "KEY"];
  await pollux(...add, "--base-url", emulator.url);
  const key = await pollux("keys", "create", "ada", "--key-only");
  const [settings = "", admin = ""] = shownBlocks()
    .filter(({ path, language }) => path === "docs/behind-a-proxy.md" && language === "yaml")
    .map(({ text }) =>
      text.replaceAll("https://gemini.example.com", proxyUrl)
        .replaceAll("gemini.example.com", "127.0.0.1")
    );
  assert.match(admin, /^admin:/);
  const path = handIn(folder.path, { name: "config.yaml", text: settings });
  const gateway = await startGateway({ ...options, flags: ["--config", path] });
  return {
    emulator,
    gateway,
    proxyUrl,
    key,
    async openAdmin() {
      await Deno.writeTextFile(path, `${settings}\n${admin}`);
      await gateway.logged(/in force: admin\.remote/);
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await emulator.close();
      folder[Symbol.dispose]();
    },
  };
}
