/**
 * The gateway: every part of it, put together.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { ModelAliases } from "../gemini/model_alias.ts";
import { type AdoptedBinding, Affinity, type Binding, type BindingSink } from "../pool/affinity.ts";
import type { Clock } from "../pool/clock.ts";
import type { KeptCoolDown } from "../pool/cool_down.ts";
import { type CoolDownSink, Pool } from "../pool/pool.ts";
import { Signatures } from "../pool/signatures.ts";
import type { AccountSnapshot } from "../pool/snapshot.ts";
import type { Upstream } from "../upstream/upstream.ts";
import { createApp, type Handler } from "./app.ts";
import { Auth } from "./auth.ts";
import type { CallRecord } from "./call_record.ts";
import { CallWatch } from "./call_watch.ts";
import { Dispatcher } from "./dispatch.ts";
import { Guard } from "./guard.ts";
import { ModelCatalog } from "./model_catalog.ts";
import { systemTimer } from "./pause.ts";
import { type AccountSource, Roster } from "./roster.ts";
import type { GatewaySettings } from "./settings.ts";

/** Most conversations remembered: about 44 MB, when there are so many. */
const MOST_SESSIONS = 1_000_000;

/** Most characters of thought signatures remembered, each of which takes a byte. */
const MOST_SIGNATURE_CHARACTERS = 16 * 1024 * 1024;

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly settings: GatewaySettings;
  readonly accounts: AccountSource;
  readonly createUpstream: (account: Account) => Upstream;
  /** Where conversations are kept. */
  readonly bindingSink: BindingSink;
  /** Cool-downs that an earlier gateway kept. */
  readonly coolDowns: readonly KeptCoolDown[];
  /** Where this one's are kept. */
  readonly coolDownSink: CoolDownSink;
  readonly clock: Clock;
  /** A call is over. */
  readonly onCall: (record: CallRecord) => void;
  /** Something failed that no client can be told of. */
  readonly onProblem: (what: string, error: unknown) => void;
}

/** A running gateway. */
export interface Gateway {
  readonly handle: Handler;
  /** Whether it refuses every request, since it asks for a key and has none. */
  readonly refusesAll: boolean;
  /** How many accounts it answers through at present. */
  readonly accountCount: number;
  /** Takes over changes to accounts at once. */
  refresh(): Promise<void>;
  /** Takes up conversations that an earlier gateway bound; those bound since stay where they are. */
  restore(bindings: readonly Binding[]): void;
  /** Takes over what another gateway did with conversations. */
  adoptBindings(bindings: readonly AdoptedBinding[]): void;
  /** Takes over cool-downs that another gateway found out about. */
  adoptCoolDowns(coolDowns: readonly KeptCoolDown[]): void;
  /** Takes over that another gateway found a cool-down over; `model` is empty for an account's. */
  adoptHealing(accountId: string, model: string): void;
  /** How every account stands. */
  snapshot(): readonly AccountSnapshot[];
  /** Stops its timers. Calls in flight go on. */
  close(): Promise<void>;
}

/**
 * Starts a gateway. It does not listen: that is the caller's.
 *
 * @throws When the accounts can't be read.
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { settings, clock, onCall, onProblem, createUpstream } = options;
  const { server, auth, routing } = settings;
  const affinity = new Affinity({
    clock,
    ttlMs: routing.sessionTtlMs,
    capacity: MOST_SESSIONS,
    sink: options.bindingSink,
  });
  const { strategy, maxAttempts, maxWaitMs, maxWaiting } = routing;
  const { coolDownSink } = options;
  const pool = new Pool({ clock, affinity, coolDownSink, strategy, maxWaiting });
  pool.restore(options.coolDowns);
  const roster = new Roster({
    accounts: options.accounts,
    pool,
    createUpstream,
    onError: (error) => onProblem("Cannot read the accounts; those known stay in use", error),
  });
  await roster.start();
  const aliases = new ModelAliases(settings.aliases);
  const keyCheck = new Auth({ ...auth, host: server.host });
  const watch = new CallWatch(clock, settings.timeouts);
  const handle = createApp({
    settings,
    aliases,
    clock,
    onCall: (record) => {
      record.finishedAtMs = clock.now();
      onCall(record);
    },
    onUnforeseen: (error, { requestId }) => onProblem(`Request ${requestId} failed`, error),
    guard: new Guard(server),
    auth: keyCheck,
    catalog: new ModelCatalog({ roster, aliases, clock }),
    dispatcher: new Dispatcher({ pool, roster, clock, timer: systemTimer, maxAttempts, maxWaitMs }),
    signatures: new Signatures({
      clock,
      ttlMs: routing.sessionTtlMs,
      capacity: MOST_SIGNATURE_CHARACTERS,
    }),
    watch,
  });
  return {
    handle,
    refusesAll: keyCheck.refusesAll,
    get accountCount() {
      return roster.members().length;
    },
    refresh: () => roster.refresh(),
    restore: (bindings) => affinity.restore(bindings),
    adoptBindings: (bindings) => bindings.forEach((binding) => affinity.adopt(binding)),
    adoptCoolDowns: (coolDowns) => coolDowns.forEach((coolDown) => pool.adopt(coolDown)),
    adoptHealing: (accountId, model) => pool.adoptHealing(accountId, model),
    snapshot: () => pool.snapshot(),
    async close() {
      watch.close();
      await roster.close();
    },
  };
}
