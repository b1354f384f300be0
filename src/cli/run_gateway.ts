/**
 * A gateway from start to stop: what `serve` and `demo` share.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { AccountBook } from "../accounts/account_book.ts";
import type { ConfigSources } from "../config/load_config.ts";
import type { Config } from "../config/schema.ts";
import { withoutEmails } from "../gemini/without_emails.ts";
import { createGateway } from "../server/gateway.ts";
import type { AccountSource } from "../server/roster.ts";
import type { Store } from "../store/open_store.ts";
import { WriteBehind } from "../store/write_behind.ts";
import { type LogOptions, openLog } from "../telemetry/log.ts";
import { createUpstream } from "../upstream/create_upstream.ts";
import { drain } from "./drain.ts";
import { ConfigFollower } from "./config_follower.ts";
import { gatewaySettings } from "./gateway_settings.ts";
import { keepCredential } from "./keep_credential.ts";
import { listen } from "./listen.ts";
import { logCall } from "./log_call.ts";
import { stopSignal } from "./stop_signal.ts";
import type { Terminal } from "./terminal.ts";

/** Least time between two writes of sessions, in ms. */
const SESSION_WRITE_MS = 1000;

const REFUSES_ALL = "this gateway asks for a key, but none is configured: it refuses every request";

const clock = { now: () => Date.now() };

/** What to run. */
export interface RunOptions {
  readonly config: Config;
  /** Where it came from, if its changes are to be followed. */
  readonly sources?: ConfigSources;
  readonly store: Store;
  /** Used while the store holds no account. */
  readonly fallback: Account | undefined;
  readonly terminal: Terminal;
  /** The gateway listens: what to tell the user, with its address. */
  readonly onListen: (url: string, accountCount: number) => void;
}

/** Runs a gateway until the process is told to stop; calls in flight end first. */
export async function runGateway(options: RunOptions): Promise<void> {
  const { sources, store, terminal, onListen } = options;
  let { config } = options;
  await using log = openLog({ ...logSettings(config), clean: withoutEmails });
  const calls = log.lineLogger("calls");
  const problems = log.logger("gateway");
  const book = new AccountBook(store.accounts, clock);
  function onProblem(what: string, error: unknown): void {
    problems.error("{what}: {why}", {
      what,
      why: error instanceof Error ? error.message : "unknown",
    });
  }
  const sessions = new WriteBehind({
    write: (batch, nowMs) => store.sessions.write(batch, nowMs),
    onError: (error) => onProblem("Cannot write sessions; they are kept in memory", error),
    clock,
    intervalMs: SESSION_WRITE_MS,
  });
  const gateway = await createGateway({
    settings: gatewaySettings(config),
    accounts: accountSource(book, {
      fallback: options.fallback,
      onUnreadable: ({ name, reason }) =>
        problems.warn('Account "{name}" is left out: {reason}', { name, reason }),
    }),
    createUpstream: (account) =>
      createUpstream(account, {
        clock,
        keeperOf: (account) => keepCredential(account, { book, turns: store.turns, onProblem }),
      }),
    bindings: (await store.sessions.load(clock.now())).map(toBinding),
    bindingSink: sessions,
    clock,
    onCall: (record) => logCall(calls, record),
    onProblem,
  });
  try {
    const stopped = stopSignal();
    const listener = await listen(gateway.handle, {
      host: config.server.host,
      port: config.server.port,
      onError: (error) => onProblem("A connection failed", error),
    });
    await using _follower = sources && new ConfigFollower({
      sources,
      started: config,
      apply(changed) {
        gateway.apply(gatewaySettings(changed));
        log.change(logSettings(changed));
        config = changed;
        if (gateway.refusesAll) problems.warn(REFUSES_ALL);
      },
      logger: log.logger("config"),
    });
    if (gateway.refusesAll) {
      terminal.err(
        `WARNING: ${REFUSES_ALL}.\n` +
          "         Set POLLUX_AUTH_API_KEY, or auth.api_key in the configuration file.",
      );
    }
    onListen(listener.url, gateway.accountCount);
    await stopped;
    problems.info("Stopping, with {count} calls in flight", { count: gateway.callCount });
    await drain(listener, {
      gateway,
      timeoutMs: config.server.drain_timeout,
      onLate: (count) =>
        problems.warn("Broke off {count} calls that took longer than server.drain_timeout", {
          count,
        }),
    });
  } finally {
    await gateway.close();
    await sessions.close();
    await store.turns.idle();
  }
}

function logSettings({ log }: Config): Pick<LogOptions, "level" | "format"> {
  const { level, format } = log;
  const natural = Deno.stderr.isTerminal() ? "text" : "json";
  return { level, format: format === "auto" ? natural : format };
}

interface AccountSourceOptions {
  readonly fallback: Account | undefined;
  /** The store holds an account that this version can't read. */
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

function toBinding(row: { fingerprint: string; accountId: string; expiresAtMs: number }) {
  const { fingerprint: session, accountId, expiresAtMs } = row;
  return { session, accountId, expiresAtMs };
}
