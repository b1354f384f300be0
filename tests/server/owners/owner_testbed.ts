/**
 * A gateway with three accounts in three projects of the emulated Google.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  type Emulator,
  type RecordedRequest,
  startEmulator,
} from "../../../src/emulator/emulator.ts";
import {
  startTestGateway,
  type TestAccount,
  type TestGateway,
  type TestGatewayOptions,
} from "../../support/gateway.ts";

/** The accounts, each in a project of its own. */
export const NAMES = ["one", "two", "three"] as const;

/** Google's address of files. */
export const FILES = "https://generativelanguage.googleapis.com/v1beta/files/";

/** The gateway and the emulator. */
export interface OwnerTestbed extends TestGateway {
  readonly emulator: Emulator;
  readonly accounts: readonly TestAccount[];
  /** Adds a file to the project of an account, as if another client had uploaded it; returns its name. */
  plant(account: string, id?: string): string;
  /** Calls a path of the gateway. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Prompts with files; `headers` may hold a key. */
  prompt(files: readonly string[], headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** The accounts that got requests of a kind, in order: `read` a file, or `generate`. */
  asked(kind: "read" | "generate"): readonly string[];
}

/** What differs from three accounts in three projects. */
export type OwnerTestbedOptions = Partial<TestGatewayOptions> & {
  /** An emulator that goes on; default: a new one. */
  readonly emulator?: Emulator;
};

/** Adds the accounts to an emulator. */
export function ownAccounts(emulator: Emulator, names: readonly string[] = NAMES): TestAccount[] {
  return names.map((name) => ({
    name,
    key: emulator.addApiKey(name),
    baseUrls: [emulator.url],
  }));
}

/** Starts it. */
export async function startOwnerTestbed(options: OwnerTestbedOptions = {}): Promise<OwnerTestbed> {
  const timed = options.clock === undefined ? {} : { clock: options.clock };
  const emulator = options.emulator ?? await startEmulator(timed);
  const accounts = options.accounts ?? ownAccounts(emulator);
  const gateway = await startTestGateway({ ...options, accounts });
  async function close(): Promise<void> {
    if (options.emulator === undefined) await emulator.close();
    await gateway.close();
  }
  return {
    ...gateway,
    emulator,
    accounts,
    plant(account, id) {
      const file = emulator.files(emulator.projectOf(account)).plant({
        source: "UPLOADED",
        ...(id === undefined ? {} : { id }),
      });
      return String(file["name"]);
    },
    ask: (path, init = {}) => fetch(`${gateway.url}/v1beta/${path}`, init),
    prompt: (files, headers = {}) => promptOf(gateway.url, files, headers),
    asked: (kind) => emulator.requests.filter(isOf(kind)).map(({ account }) => account ?? ""),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Sends a prompt that names files to a gateway. */
export function promptOf(
  url: string,
  files: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${url}/v1beta/models/gemini-2.5-flash:generateContent`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({
      contents: [{
        role: "user",
        parts: [
          { text: "What is it?" },
          ...files.map((name) => ({ fileData: { fileUri: FILES + name.slice(6) } })),
        ],
      }],
    }),
  });
}

/** Checks that a response is good, and returns the account that it came from. */
export async function accountOf(response: Response): Promise<string> {
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return response.headers.get("x-pollux-account") ?? "";
}

/** Whether a request reads a file, or generates. */
export function isOf(kind: "read" | "generate"): (request: RecordedRequest) => boolean {
  return ({ method, path }) =>
    kind === "read" ? method === "GET" && path.includes("/files/") : path.includes(":generate");
}

/** Google's words for a file that a project does not have. */
export function refusal(name: string): string {
  return `You do not have permission to access the File ${name.slice(6)} or it may not exist.`;
}
