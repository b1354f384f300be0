/**
 * Runs a gateway from start to stop, for `serve` and `demo`.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { AccountBook } from "../accounts/account_book.ts";
import { Secret } from "../accounts/secret.ts";
import type { ConfigSources, LoadedConfig } from "../config/load_config.ts";
import type { LogArea } from "../config/values/log_levels.ts";
import { listenPlace } from "../config/values/place_types.ts";
import type { Config } from "../config/schema.ts";
import { Redaction } from "../gemini/redaction/redaction.ts";
import { systemClock as clock } from "../base/clock.ts";
import { defined } from "../base/defined.ts";
import { KeyBook } from "../keys/key_book.ts";
import { KeyRing } from "../keys/key_ring.ts";
import { createGateway, type Gateway } from "../server/gateway.ts";
import type { CallObserver } from "../server/call/call_observer.ts";
import type { AccountSource } from "../server/dispatch/roster.ts";
import type { Store } from "../store/open_store.ts";
import { StoreUnreachable } from "../store/store_error.ts";
import { type LogOptions, openLog } from "../telemetry/log.ts";
import { createUpstream } from "../upstream/create_upstream.ts";
import { HOW_TO_RAISE, isOutOfFiles } from "../upstream/faults/out_of_files.ts";
import { type Addresses, adminServices } from "./admin_services.ts";
import { AccountFindings } from "./account_findings.ts";
import { AuditTrail } from "./audit_trail.ts";
import { BodyLog } from "./body_log.ts";
import { drain, FINAL_ERRORS_MS } from "./drain.ts";
import { endBy, LAST_WRITES_MS } from "./end_by.ts";
import { ConfigFollower } from "./config_follower.ts";
import { gatewaySettings } from "./gateway_settings.ts";
import { isWithin } from "../base/is_within.ts";
import { keepCredential } from "./keep_credential.ts";
import { type LocalAddress, openListeners } from "./listeners.ts";
import { callLog } from "./call_log.ts";
import { pageSource } from "./page.ts";
import { RunningSettings } from "./running_settings.ts";
import { sharedConnections } from "./shared_connections.ts";
import { lowLimitWarning, openFileLimit } from "./open_file_limit.ts";
import { startWarnings, warningLines } from "./start_warnings.ts";
import { stopSignal } from "./stop_signal.ts";
import { openTraces } from "./traces/open_traces.ts";
import { UsageKeeper } from "./usage_keeper.ts";
import type { GatewayTls } from "./tls/gateway_tls.ts";
import { GatewayMetrics } from "./metrics/gateway_metrics.ts";
import { KeyPairFollower } from "./tls/key_pair_follower.ts";

/** Time limit for reading the stored conversations at start, in ms; usually it takes less. */
const RESTORE_PATIENCE_MS = 1000;

/** Options of the gateway. */
export interface RunOptions {
  readonly config: Config;
  /** The source of each setting. Default: all are defaults. */
  readonly origins?: LoadedConfig["origins"];
  /** The sources of the configuration, if its changes are to be applied. */
  readonly sources?: ConfigSources;
  readonly store: Store;
  /** Used if the store has no account. */
  readonly fallback: Account | undefined;
  /** Warns the user of a danger at start. */
  readonly warn: (lines: string) => void;
  /** Reads a file with the token of another identity provider, which a credentials file names. */
  readonly readSubjectToken: (path: string) => Promise<string>;
  /** The key of the admin routes; without it they refuse every request. */
  readonly adminKey?: Secret;
  /** Observers of every request, beside the log. */
  readonly observers?: readonly CallObserver[];
  /** The gateway's TLS. Default: none. */
  readonly tls?: GatewayTls | undefined;
  /** Called with the addresses when the gateway listens; prints them for the user. */
  readonly onListen: (
    urls: readonly string[],
    gateway: Pick<Gateway, "accountCount" | "disabledCount" | "keyPolicy">,
  ) => void;
  /** Called when the gateway listens, and when its certificate has changed: commands find it there. */
  readonly onLocal: (address: LocalAddress) => void;
  /** Called when the process gets a stop signal: the gateway must not be found any more. */
  readonly onStop?: () => void;
}

/** Runs a gateway until the process gets a stop signal; calls in flight finish first. */
export async function runGateway(options: RunOptions): Promise<void> {
  const { sources, store, tls, warn, onListen, onLocal, adminKey } = options;
  let { config } = options;
  const { token } = config.store;
  const redaction = new Redaction([
    ...(token === undefined ? [] : [new Secret(token)]),
    ...(adminKey === undefined ? [] : [adminKey]),
  ]);
  // Disposed of after the log.
  using ending = new DisposableStack();
  await using log = openLog({ ...logSettings(config), redaction });
  const calls = log.lineLogger("calls" satisfies LogArea);
  const problems = log.logger("gateway" satisfies LogArea);
  using bodies = new BodyLog({
    logger: log.lineLogger("bodies" satisfies LogArea),
    warn: (message, properties) => problems.warn(message, properties),
  });
  const book = new AccountBook(store.accounts, clock);
  function onProblem(what: string, error: unknown): void {
    problems.error("{what}: {why}", {
      what,
      why: error instanceof Error ? error.message : "unknown",
    });
  }
  await using traces = await openTraces((why) =>
    problems.warn("Cannot send OpenTelemetry data: {why}", { why })
  );
  const findings = new AccountFindings(book, {
    onDisabled: ({ name, disabledReason }) =>
      problems.warn('Account "{name}" is disabled: {reason}', { name, reason: disabledReason }),
    onError: (error) => onProblem("Cannot store what Google said about an account", error),
  });
  store.watchAvailability((problem) => {
    if (problem === undefined) problems.info("The shared store responds again");
    else onProblem("The shared store does not respond; requests go on with what is known", problem);
  });
  /** Skips StoreUnreachable, which the availability callback logs once for all requests to the store. */
  function onStoreProblem(what: string, error: unknown): void {
    if (!(error instanceof StoreUnreachable)) onProblem(what, error);
  }
  await using clientKeys = new KeyRing({
    source: new KeyBook(store.clientKeys, clock),
    clock,
    onError: (error) =>
      onStoreProblem("Cannot read the client keys; the known ones stay in use", error),
    onUnreadable: (name) =>
      problems.warn('The client key "{name}" opens nothing: this version cannot read it', { name }),
  });
  await clientKeys.start();
  const keeper = store.keeper({ clock, onProblem: onStoreProblem });
  const nameOf = (callerId: string) => clientKeys.get(callerId)?.name;
  const usage = new UsageKeeper({
    keeper,
    clock,
    retentionMs: config.usage.retention,
    prices: config.prices.models,
    nameOf,
    onProblem: onStoreProblem,
  });
  const metrics = new GatewayMetrics({ clock, redaction, usage, nameOf });
  const audit = new AuditTrail({ store: store.audit, clock, onProblem: onStoreProblem });
  const running = new RunningSettings({ config, origins: options.origins ?? new Map() });
  const copies = store.copies({ clock, onProblem });
  let urls: readonly string[] = [];
  function addresses(): Addresses {
    return { addresses: urls, ...defined({ publicUrl: config.server.public_url }) };
  }
  const connections = sharedConnections({
    onHedge: ({ origin, winner, silentMs }) =>
      problems.info(
        "{origin} sent nothing for {ms} ms on a reused connection, so the request was also sent " +
          "over a new one; the {winner} one responded first, and the other was closed",
        { origin, ms: Math.round(silentMs), winner: winner === "hedge" ? "new" : "old" },
      ),
  });
  const gateway = await createGateway({
    settings: gatewaySettings(config),
    redaction,
    adminKey,
    accounts: accountSource(book, {
      fallback: options.fallback,
      onUnreadable: ({ name, reason }) =>
        problems.warn('Account "{name}" is skipped: {reason}', { name, reason }),
    }),
    createUpstream(account) {
      traces.onAccount(account);
      return createUpstream(account, {
        clock,
        connections,
        readFile: options.readSubjectToken,
        keeperOf: (account) => keepCredential(account, { book, turns: store.turns, onProblem }),
        onProject: findings.onProject,
        onNotEligible: findings.onNotEligible,
      });
    },
    clientKeys,
    costOf: usage.costOf,
    metrics,
    admin: adminServices({
      store,
      clock,
      clientKeys,
      usage,
      settings: running.list,
      addresses,
      readFile: options.readSubjectToken,
      onProblem,
    }),
    keeper,
    sealer: store.sealer,
    copies,
    clock,
    observers: [
      callLog(calls),
      usage.observer,
      metrics.observer,
      { body: (record, bytes) => bodies.log(record, bytes) },
      ...traces.observers,
      ...options.observers ?? [],
    ],
    page: pageSource,
    onSignIn: audit.signIn,
    onWrongKeys: (network) =>
      problems.warn(
        "Many wrong keys come from {network}; further ones from there get 429 for a while. Right " +
          "keys are served",
        { network: network || "an unknown address" },
      ),
    onProblem: onStoreProblem,
  });
  metrics.watch(gateway);
  bodies.change(config.log.bodies_until);
  const following = keeper.follow();
  function warnings() {
    const isEncrypted = tls !== undefined && config.server.tls.port === undefined;
    return startWarnings({ config, keyPolicy: gateway.keyPolicy, isEncrypted });
  }
  try {
    await isWithin(RESTORE_PATIENCE_MS, keeper.restored());
    const stopped = stopSignal();
    const listeners = await openListeners(traces.handler(gateway.handle), {
      host: config.server.host,
      port: config.server.port,
      tls,
      tlsPort: config.server.tls.port,
      admin: listenPlace(config.admin.listen ?? ""),
      socketsSettled: () => gateway.sessionsSettled(),
      redaction,
      onError: (error) => onProblem("A connection failed", error),
      onShortage: (error) =>
        problems.error("New connections wait or are refused for now: {why}", {
          why: error instanceof Error && !isOutOfFiles(error.message)
            ? error.message
            : `the limit of open files is reached. ${HOW_TO_RAISE}`,
        }),
      onRecovery: () => problems.info("New connections are accepted again"),
    });
    await using _follower = sources && new ConfigFollower({
      sources,
      started: config,
      apply(changed) {
        gateway.apply(gatewaySettings(changed));
        log.change(logSettings(changed));
        bodies.change(changed.log.bodies_until);
        usage.change({ retention: changed.usage.retention, prices: changed.prices.models });
        config = changed;
        for (const { message } of warnings()) problems.warn("{message}", { message });
      },
      onLoaded: running.change,
      onApplied: audit.configApplied,
      logger: log.logger("config" satisfies LogArea),
    });
    await using _certificates = tls?.files && new KeyPairFollower({
      files: tls.files,
      started: tls.pair,
      async apply(pair) {
        await listeners.renew(pair);
        onLocal(listeners.local);
      },
      logger: log.logger("config" satisfies LogArea),
    });
    for (const warning of warnings()) warn(warningLines(warning));
    urls = listeners.urls;
    onLocal(listeners.local);
    onListen(listeners.urls, gateway);
    const counted = openFileLimit().then((limit) => {
      const warning = lowLimitWarning(limit);
      if (warning !== undefined) problems.warn("{warning}", { warning });
    });
    await stopped;
    options.onStop?.();
    ending.use(endBy(config.server.drain_timeout + FINAL_ERRORS_MS + LAST_WRITES_MS));
    await counted;
    problems.info("Stopping; requests in flight: {count}", { count: gateway.callCount });
    await drain(listeners, {
      gateway,
      timeoutMs: config.server.drain_timeout,
      onLate: (count) =>
        problems.warn(
          "Requests cut off, because they took longer than server.drain_timeout: {count}",
          {
            count,
          },
        ),
    });
  } finally {
    await following[Symbol.asyncDispose]();
    await gateway.close();
    await copies?.close();
    connections.close();
    await usage.close();
    await keeper.close();
    await findings.settled();
    await audit.settled();
    await store.turns.idle();
  }
}

/** With an end set, bodies are logged whatever the general level is. */
function logSettings({ log }: Config): Omit<LogOptions, "redaction"> {
  const { level, levels, format } = log;
  const natural = Deno.stderr.isTerminal() ? "text" : "json";
  return {
    level,
    levels: { bodies: "debug", ...levels },
    format: format === "auto" ? natural : format,
  };
}

interface AccountSourceOptions {
  readonly fallback: Account | undefined;
  /** Logs an account in the store that this version can't read. */
  readonly onUnreadable: (account: { readonly name: string; readonly reason: string }) => void;
}

function accountSource(book: AccountBook, options: AccountSourceOptions): AccountSource {
  const { fallback, onUnreadable } = options;
  return {
    revision: () => book.revision(),
    async list() {
      const { accounts, unreadable } = await book.list();
      unreadable.forEach(onUnreadable);
      return accounts.length === 0 && fallback !== undefined ? [fallback] : accounts;
    },
  };
}
