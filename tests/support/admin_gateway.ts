/**
 * A gateway with its admin API, on a store in memory, before the emulated Google.
 *
 * @module
 */
import assert from "node:assert/strict";
import { AccountBook } from "../../src/accounts/account_book.ts";
import { Secret } from "../../src/accounts/secret.ts";
import { loadConfig } from "../../src/config/load_config.ts";
import { adminServices } from "../../src/daemon/admin_services.ts";
import { RunningSettings } from "../../src/daemon/running_settings.ts";
import { UsageKeeper } from "../../src/daemon/usage_keeper.ts";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import { KeyBook } from "../../src/keys/key_book.ts";
import { KeyRing } from "../../src/keys/key_ring.ts";
import { openStore, type Store } from "../../src/store/open_store.ts";
import { startTestGateway, type TestGateway, type TestGatewayOptions } from "./gateway.ts";
import { keepPrinted } from "./keep_printed.ts";
import { planted } from "./planted.ts";

/** The admin key of every such gateway. */
export const ADMIN_KEY = planted("admin-key");

/** A response of the admin API. */
export interface AdminResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed; undefined if the response has none. */
  // deno-lint-ignore no-explicit-any -- A test looks at single members.
  readonly json: any;
}

/** What {@linkcode startAdminGateway} gives. */
export interface AdminGateway extends TestGateway {
  readonly emulator: Emulator;
  readonly store: Store;
  /** The stored accounts, as commands change them. */
  readonly book: AccountBook;
  readonly keyBook: KeyBook;
  /** The keys that the gateway knows; it looks for changes by itself every second. */
  readonly clientKeys: KeyRing;
  /** Sends a request with the admin key; `path` is below `/admin/v1`. */
  ask(verb: string, path: string, body?: unknown): Promise<AdminResponse>;
  /** As {@linkcode ask}, for a GET that must succeed: its JSON. */
  get(path: string): Promise<AdminResponse["json"]>;
}

/** Options. */
export interface AdminGatewayOptions
  extends Omit<TestGatewayOptions, "accounts" | "adminKey" | "admin" | "clientKeys" | "source"> {
  /** Names of accounts of the Gemini API. Default: `one`. */
  readonly accounts?: readonly string[];
  /** Variables of the environment that the listed settings come from. Default: none. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Starts it. */
export async function startAdminGateway(options: AdminGatewayOptions = {}): Promise<AdminGateway> {
  const { accounts = ["one"], variables = {}, ...rest } = options;
  const emulator = await startEmulator();
  const store = await openStore({ memory: true });
  const clock = options.clock ?? { now: () => Date.now() };
  const book = new AccountBook(store.accounts, clock, { door: "command" });
  for (const name of accounts) {
    const key = new Secret(emulator.addApiKey(name));
    await book.add({
      name,
      kind: "gemini-api",
      baseUrls: [emulator.url],
      credential: { type: "api_key", key },
    });
  }
  function onProblem(what: string, error: unknown): void {
    assert.fail(`${what}: ${error}`);
  }
  const keyBook = new KeyBook(store.clientKeys, clock, { door: "command" });
  const clientKeys = new KeyRing({
    source: keyBook,
    clock,
    onError: (error) => onProblem("keys", error),
    onUnreadable: (name) => onProblem("keys", name),
  });
  await clientKeys.start();
  const keeper = store.keeper({ clock, onProblem });
  const usage = new UsageKeeper({ keeper, clock, retentionMs: 1e10, prices: {}, onProblem });
  const running = new RunningSettings(
    await loadConfig({ env: (name) => variables[name], flags: {} }),
  );
  let url = "";
  const gateway = await startTestGateway({
    ...rest,
    accounts: [],
    source: { revision: () => book.revision(), list: async () => (await book.list()).accounts },
    adminKey: ADMIN_KEY,
    clientKeys,
    keeper,
    costOf: usage.costOf,
    observers: [usage.observer, ...rest.observers ?? []],
    admin: adminServices({
      store,
      clock,
      clientKeys,
      usage,
      settings: running.list,
      addresses: () => ({ addresses: [url] }),
      readFile: () => Promise.reject(new Error("No test reads one")),
      onProblem,
    }),
  });
  url = gateway.url;

  async function ask(verb: string, path: string, body?: unknown): Promise<AdminResponse> {
    const response = await fetch(`${gateway.url}/admin/v1${path}`, {
      method: verb,
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
      ...(body === undefined ? {} : {
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    keepPrinted(text);
    const { status, headers } = response;
    return { status, headers, json: text === "" ? undefined : JSON.parse(text) };
  }

  async function close(): Promise<void> {
    // The emulator goes first: calls that hang there would keep the gateway waiting.
    await emulator.close();
    await gateway.gateway.endSessions();
    await gateway.close();
    await clientKeys[Symbol.asyncDispose]();
    await usage.close();
    await keeper.close();
    store.close();
  }
  return {
    ...gateway,
    emulator,
    store,
    book,
    keyBook,
    clientKeys,
    ask,
    async get(path) {
      const { status, json } = await ask("GET", path);
      assert.equal(status, 200, JSON.stringify(json));
      return json;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
