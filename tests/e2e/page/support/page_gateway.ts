/**
 * A gateway with the page, as a user runs it: a process before the emulated Google, with a lasting admin key.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../../src/emulator/emulator.ts";
import { type Gateway, runPollux, startGateway } from "../../../support/pollux_process.ts";
import { tempFolder } from "../../../support/temp_folder.ts";

/** The key that signs in. It is not planted: `gateway.json` has it, where commands find it. */
export const ADMIN_KEY = "the-admin-key-of-the-page";

/** What differs from two accounts of the Gemini API, `one` and `two`. */
export interface PageGatewayOptions {
  readonly accounts?: readonly string[];
  /** More variables of the gateway. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The gateway. */
export interface PageGateway extends AsyncDisposable {
  readonly url: string;
  readonly emulator: Emulator;
  readonly gateway: Gateway;
  /** Runs a command of Pollux with the gateway's data folder; returns what it printed. */
  run(...words: readonly string[]): Promise<string>;
  /** Calls a model; returns the call's id and its status. */
  call(options?: CallOptions): Promise<{ readonly id: string; readonly status: number }>;
}

/** A call. */
export interface CallOptions {
  /** Default: `gemini-2.5-flash`. */
  readonly model?: string;
  readonly text?: string;
  /** The client key. */
  readonly key?: string;
}

/** Starts one. */
export async function startPageGateway(options: PageGatewayOptions = {}): Promise<PageGateway> {
  const { accounts = ["one", "two"], env = {} } = options;
  const emulator = await startEmulator();
  const folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  async function run(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const { code, stdout, stderr } = await runPollux(words, { dataDir, env });
    assert.equal(code, 0, stderr);
    return stdout;
  }
  for (const name of accounts) {
    const words = ["accounts", "add", "gemini-api", name, "--key-env", "KEY"];
    await run([...words, "--base-url", emulator.url], { KEY: emulator.addApiKey(name) });
  }
  const gateway = await startGateway({ dataDir, env: { POLLUX_ADMIN_KEY: ADMIN_KEY, ...env } });
  return {
    url: gateway.url,
    emulator,
    gateway,
    run: (...words) => run(words),
    async call({ model = "gemini-2.5-flash", text = "Hello, Pollux!", key } = {}) {
      const response = await fetch(`${gateway.url}/v1beta/models/${model}:generateContent`, {
        method: "POST",
        headers: key === undefined ? {} : { "x-goog-api-key": key },
        body: JSON.stringify({ contents: [{ role: "user", parts: [{ text }] }] }),
      });
      await response.body?.cancel();
      return { id: response.headers.get("x-request-id") ?? "", status: response.status };
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await emulator.close();
      folder[Symbol.dispose]();
    },
  };
}
