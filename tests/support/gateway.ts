/**
 * A gateway for tests: the real parts, with a store in memory, listening on a free port of loopback.
 *
 * @module
 */
import type { Account } from "../../src/accounts/account.ts";
import {
  parseAnyCredentialsFile,
  parseCredentialsFile,
} from "../../src/accounts/credentials/credentials_file.ts";
import { Secret } from "../../src/accounts/secret.ts";
import type { ServiceAccountFile } from "../../src/emulator/emulator.ts";
import type { Clock } from "../../src/base/clock.ts";
import type { Copies } from "../../src/base/stored/copies.ts";
import type { Sealer } from "../../src/base/stored/sealer.ts";
import type { CallObserver } from "../../src/server/call/call_observer.ts";
import type { ObservedRecord } from "../../src/server/call/call_record.ts";
import type { OperationRow } from "../../src/formats/operations.ts";
import { createGateway, type Gateway } from "../../src/server/gateway.ts";
import type { AdminServices } from "../../src/server/admin/admin_services.ts";
import type { MetricsSource } from "../../src/server/routes/metrics_route.ts";
import type { PageSource, SignIn } from "../../src/server/routes/page_routes.ts";
import type { Timer } from "../../src/server/call/pause.ts";
import type { AccountSource } from "../../src/server/dispatch/roster.ts";
import type { GatewaySettings } from "../../src/server/settings.ts";
import { createUpstream } from "../../src/upstream/create_upstream.ts";
import { DirectConnections } from "../../src/upstream/wire/direct_connections.ts";
import type { Keeper } from "../../src/base/stored/kept.ts";
import { defined } from "../../src/base/defined.ts";
import type { CostOf } from "../../src/keys/limits/limited_call.ts";
import type { ClientKeys } from "../../src/keys/client_key.ts";
import { within } from "./deadline.ts";
import { NO_KEEPER } from "./kept.ts";
import { testSealer } from "./test_sealer.ts";
import { keepPrinted } from "./keep_printed.ts";

/** An account, as a test writes it. */
export type TestAccount =
  & {
    readonly name: string;
    readonly baseUrls: readonly string[];
    readonly project?: string;
    /** Settings of its own. */
    readonly settings?: Partial<Account>;
  }
  & (
    | { readonly key: string }
    /** `authorized_user` JSON, as the emulator's `addUser` gives it. */
    | { readonly user: unknown }
    /** The key of a service account on Vertex AI, as the emulator's `addServiceAccount` gives it. */
    | { readonly serviceAccount: ServiceAccountFile }
  );

/** Each section overrides single keys of the defaults below. */
export interface TestGatewayOptions {
  readonly accounts: readonly TestAccount[];
  /** Where accounts come from in place of `accounts`. */
  readonly source?: AccountSource;
  readonly settings?:
    & { readonly [K in Exclude<keyof GatewaySettings, "aliases">]?: Partial<GatewaySettings[K]> }
    & Partial<Pick<GatewaySettings, "aliases">>;
  readonly clock?: Clock;
  /** Starts what the gateway does in the background. Default: no time passes there. */
  readonly timer?: Timer;
  /** What its admin routes ask for. */
  readonly adminKey?: string;
  /** The files of its page. Default: it has no page. */
  readonly page?: PageSource;
  /** Hears of sign-ins at the page. */
  readonly onSignIn?: (signIn: SignIn) => void;
  /** Default: it serves no metrics. */
  readonly metrics?: MetricsSource;
  /** What its admin API works with. Default: it has none. */
  readonly admin?: AdminServices;
  /** Default: one of its own. */
  readonly sealer?: Sealer;
  /** Keeps its state. Default: nothing does. */
  readonly keeper?: Keeper;
  /** The copies of uploads. Default: none are kept. */
  readonly copies?: Copies;
  /** The keys of its clients. Default: none. */
  readonly clientKeys?: ClientKeys;
  /** Hears of a network that sends many wrong keys. */
  readonly onWrongKeys?: (network: string) => void;
  /** Prices for the budgets of keys. Default: none is known. */
  readonly costOf?: CostOf;
  /** The operations of other APIs. Default: all that there are. */
  readonly operations?: readonly OperationRow[];
  /** Hear of its requests before the test's own record of them. */
  readonly observers?: readonly CallObserver[];
}

/** A gateway that listens. */
export interface TestGateway extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly gateway: Gateway;
  /** What the gateway recorded of each call that is over. */
  readonly calls: readonly ObservedRecord[];
  /** The first call that is over and that `predicate` accepts, or the next one to be. */
  waitForCall(predicate?: (call: ObservedRecord) => boolean): Promise<ObservedRecord>;
  /** What it could tell no client of. */
  readonly problems: readonly string[];
  /** Puts other accounts in place of those that there are; in force when it resolves. */
  setAccounts(accounts: readonly TestAccount[]): Promise<void>;
  /** Puts other settings in force: those given, and of the others the defaults. */
  apply(settings: NonNullable<TestGatewayOptions["settings"]>): void;
  close(): Promise<void>;
}

const DEFAULTS: GatewaySettings = {
  server: {
    host: "127.0.0.1",
    allowedHosts: [],
    corsOrigins: [],
    trustedProxies: [],
    publicUrl: undefined,
    maxBodyBytes: 100 * 1024 * 1024,
    maxMemoryBytes: 256 * 1024 * 1024,
    bodyTimeoutMs: 30_000,
  },
  auth: { mode: "auto", apiKey: undefined },
  admin: { isRemote: false, listenHost: undefined },
  openai: { passthrough: false },
  streaming: { defaultFormat: "sse", doneSentinel: "pass" },
  routing: {
    maxAttempts: 3,
    strategy: "balance",
    sessionTtlMs: 3_600_000,
    maxWaitMs: 30_000,
    maxWaiting: 100,
  },
  timeouts: { firstByteMs: 30_000, idleMs: 30_000, totalMs: 60_000 },
  files: { maxUploadBytes: 2048 * 1024 * 1024, copies: undefined },
  prices: { unknown: "allow" },
  aliases: {},
};

/** Starts a gateway. */
export async function startTestGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const settings = settingsOf(options.settings ?? {});
  const clock = options.clock ?? { now: () => Date.now() };
  const calls: ObservedRecord[] = [];
  const problems: string[] = [];
  const ended = new EventTarget();
  let accounts = options.accounts.map(toAccount);
  let revision = 1n;
  const connections = new DirectConnections();
  const gateway = await createGateway({
    settings,
    accounts: options.source ??
      { revision: () => Promise.resolve(revision), list: () => Promise.resolve(accounts) },
    createUpstream: (account) => createUpstream(account, { clock, connections }),
    keeper: options.keeper ?? NO_KEEPER,
    ...defined({
      costOf: options.costOf,
      clientKeys: options.clientKeys,
      onWrongKeys: options.onWrongKeys,
      copies: options.copies,
      page: options.page,
      onSignIn: options.onSignIn,
      metrics: options.metrics,
      admin: options.admin,
      operations: options.operations,
    }),
    sealer: options.sealer ?? await testSealer(),
    adminKey: options.adminKey === undefined ? undefined : new Secret(options.adminKey),
    clock,
    // What an upstream is asked in the background would stand among the requests that a test counts.
    timer: options.timer ?? { start: () => () => {} },
    observers: [...options.observers ?? [], {
      end(record) {
        calls.push(record);
        // Its trace has whole accounts: what is shown of it is redacted, and searched where it is shown.
        keepPrinted(JSON.stringify({ ...record, trace: undefined }));
        ended.dispatchEvent(new Event("call"));
      },
    }],
    onProblem(what, error) {
      problems.push(`${what}: ${error}`);
      keepPrinted(`${what}: ${error}`);
    },
  });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request, info) => gateway.handle(request, { info }),
  );
  const close = async () => {
    // A socket that a test leaves open would be a leak of the test.
    await within(30_000, gateway.endSessions(), { what: "The close of all WebSockets" });
    await gateway.close();
    await server.shutdown();
    connections.close();
  };
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    port: server.addr.port,
    gateway,
    calls,
    async waitForCall(predicate = () => true) {
      while (true) {
        const call = calls.find(predicate);
        if (call !== undefined) return call;
        await new Promise((resolve) => ended.addEventListener("call", resolve, { once: true }));
      }
    },
    problems,
    async setAccounts(changed) {
      accounts = changed.map(toAccount);
      revision++;
      await gateway.refresh();
    },
    apply: (changes) => gateway.apply(settingsOf(changes)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function settingsOf(changes: NonNullable<TestGatewayOptions["settings"]>): GatewaySettings {
  return {
    server: { ...DEFAULTS.server, ...changes.server },
    auth: { ...DEFAULTS.auth, ...changes.auth },
    admin: { ...DEFAULTS.admin, ...changes.admin },
    openai: { ...DEFAULTS.openai, ...changes.openai },
    streaming: { ...DEFAULTS.streaming, ...changes.streaming },
    routing: { ...DEFAULTS.routing, ...changes.routing },
    timeouts: { ...DEFAULTS.timeouts, ...changes.timeouts },
    files: { ...DEFAULTS.files, ...changes.files },
    prices: { ...DEFAULTS.prices, ...changes.prices },
    aliases: changes.aliases ?? DEFAULTS.aliases,
  };
}

function toAccount(account: TestAccount): Account {
  const { name, baseUrls, project, settings } = account;
  const common = {
    id: `id-${name}`,
    name,
    enabled: true,
    baseUrls,
    ...(project === undefined ? {} : { project }),
    ...settings,
    createdAt: "2026-01-01T00:00:00Z",
  };
  if ("key" in account) {
    return {
      ...common,
      kind: "gemini-api",
      credential: { type: "api_key", key: new Secret(account.key) },
    };
  }
  if ("serviceAccount" in account) {
    return {
      project: account.serviceAccount.project_id,
      ...common,
      kind: "vertex",
      location: "us-central1",
      credential: parseAnyCredentialsFile(JSON.stringify(account.serviceAccount)),
    };
  }
  return {
    kind: "code-assist",
    ...common,
    credential: parseCredentialsFile(JSON.stringify(account.user)),
  };
}
