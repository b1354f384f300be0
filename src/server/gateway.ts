/**
 * Assembles the gateway from its parts.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { Account } from "../accounts/account.ts";
import type { Secret } from "../accounts/secret.ts";
import { Redaction } from "../gemini/redaction/redaction.ts";
import type { ClientKeys } from "../keys/client_key.ts";
import { KeyLimiter } from "../keys/limits/key_limiter.ts";
import type { CostOf } from "../keys/limits/limited_call.ts";
import type { Clock } from "../base/clock.ts";
import type { Copies } from "../base/stored/copies.ts";
import { ignore } from "../base/ignore.ts";
import { OpenSockets } from "../base/open_sockets.ts";
import type { Keeper } from "../base/stored/kept.ts";
import type { Sealer } from "../base/stored/sealer.ts";
import { keptAffinity } from "../pool/sessions/kept_sessions.ts";
import { keptPool } from "../pool/cool_downs/kept_cool_downs.ts";
import { keptQuotas } from "../pool/quota/kept_quotas.ts";
import { BookedMarks } from "../pool/owners/booked_marks.ts";
import { keptOwners } from "../pool/owners/owners.ts";
import { Projects } from "../pool/owners/projects.ts";
import { KeptOrigins } from "../signatures/kept_origins.ts";
import { KeptToolCalls } from "../signatures/kept_tool_calls.ts";
import { Signatures } from "../signatures/signatures.ts";
import type { AccountSnapshot } from "../pool/snapshot.ts";
import type { Upstream } from "../upstream/upstream.ts";
import { AllowedAccounts } from "./access/allowed_accounts.ts";
import { AdminAuth } from "./access/admin_auth.ts";
import { PageSessions } from "./access/page_sessions.ts";
import { UiCodes } from "./access/ui_codes.ts";
import type { AdminServices } from "./admin/admin_services.ts";
import { createAdminState } from "./admin/admin_state.ts";
import type { Handler } from "./app.ts";
import { arrange, type LastingParts } from "./arrange.ts";
import { NO_CLIENT_KEYS } from "./access/caller.ts";
import { BodyMemory } from "./body/body_memory.ts";
import type { CallObserver } from "./call/call_observer.ts";
import { Observers } from "./call/observers.ts";
import { CallWatch } from "./call/call_watch.ts";
import { explain } from "./explain/explain.ts";
import { RecentCalls } from "./explain/recent_calls.ts";
import { type OperationRow, OperationTable } from "../formats/operations.ts";
import { interactionsOf } from "./formats/serves_interactions.ts";
import { StoredExchanges } from "./formats/exchanges/stored_exchanges.ts";
import { FileMover } from "./copies/file_mover.ts";
import { MovedFiles } from "./copies/moved_files.ts";
import { UploadCopies } from "./copies/upload_copies.ts";
import { failureOfAccount } from "./dispatch/failure_of.ts";
import { type GatewayStatus, statusOf } from "./gateway_status.ts";
import type { KeyPolicy } from "./access/key_policy.ts";
import { keptLists } from "./catalog/kept_lists.ts";
import { ListRefresher } from "./catalog/list_refresher.ts";
import { systemTimer, type Timer } from "./call/pause.ts";
import { type AccountSource, Roster } from "./dispatch/roster.ts";
import { LiveSessions } from "./live/live_sessions.ts";
import { RefusedSockets } from "./live/socket_request.ts";
import { LookUp } from "./owners/look_up.ts";
import { Ownership } from "./owners/ownership.ts";
import { ProjectMembers } from "./owners/project_members.ts";
import { QuotaRefresher } from "./quota/quota_refresher.ts";
import type { AdminReports } from "./routes/admin_routes.ts";
import type { MetricsSource } from "./routes/metrics_route.ts";
import type { PageSource, SignIn } from "./routes/page_routes.ts";
import { UploadWindows } from "./uploads/upload_windows.ts";
import { UploadSessions } from "./uploads/upload_sessions.ts";
import type { GatewaySettings } from "./settings.ts";
import { WrongKeys } from "./access/wrong_keys.ts";

/** Most conversations remembered; they take about 44 MB. */
const MOST_SESSIONS = 1_000_000;

/** Most characters of thought signatures remembered; each takes one byte. */
const MOST_SIGNATURE_CHARACTERS = 16 * 1024 * 1024;

/** The options of a gateway. */
export interface GatewayOptions {
  readonly settings: GatewaySettings;
  readonly accounts: AccountSource;
  readonly createUpstream: (account: Account) => Upstream;
  /** Stores conversations, cool-downs and lists of models. */
  readonly keeper: Keeper;
  /** Seals what clients hold. */
  readonly sealer: Sealer;
  /** Copies of the files that clients upload. Default: none are kept. The caller closes them. */
  readonly copies?: Copies | undefined;
  /**
   * Redacts all outgoing text. It knows {@linkcode adminKey}; the gateway adds its other keys. Default: a new
   * one.
   */
  readonly redaction?: Redaction;
  /** The keys of clients. Default: there are none. */
  readonly clientKeys?: ClientKeys | undefined;
  /** The price of some usage, for the budgets of keys. Default: none is known. */
  readonly costOf?: CostOf | undefined;
  /** Further reports of the admin routes, by name. Default: none. */
  readonly reports?: AdminReports | undefined;
  /** The key of the admin routes; without it they reject every request. */
  readonly adminKey?: Secret | undefined;
  /** The files of the page. Default: there is no page. */
  readonly page?: PageSource | undefined;
  /** Called with every sign-in at the page. */
  readonly onSignIn?: ((signIn: SignIn) => void) | undefined;
  /** What `/metrics` shows. Default: that route is not served. */
  readonly metrics?: MetricsSource | undefined;
  /** What the admin API works with. Default: it is not served. */
  readonly admin?: AdminServices | undefined;
  readonly clock: Clock;
  /** Schedules background work. Default: real time. */
  readonly timer?: Timer;
  /** The operations of other APIs. Default: all that there are. */
  readonly operations?: readonly OperationRow[] | undefined;
  /** Are notified of every request. */
  readonly observers: readonly CallObserver[];
  /** Called when a network begins to send many wrong keys. */
  readonly onWrongKeys?: (network: string) => void;
  /** Called when something failed that can't be reported to a client. */
  readonly onProblem: (what: string, error: unknown) => void;
}

/** A running gateway. */
export interface Gateway {
  readonly handle: Handler;
  /**
   * Applies other settings. Calls in flight keep the settings that they started with; none is aborted.
   *
   * @throws If the settings are invalid; the previous ones then stay in use.
   */
  apply(settings: GatewaySettings): void;
  /** When it requires a key. */
  readonly keyPolicy: KeyPolicy;
  /** How many calls are in flight. */
  readonly callCount: number;
  /** How many accounts are in use. */
  readonly accountCount: number;
  /** How many accounts are disabled. */
  readonly disabledCount: number;
  /** Applies changes of accounts at once. */
  refresh(): Promise<void>;
  /** The state of every account. */
  snapshot(): readonly AccountSnapshot[];
  /** The state of all accounts and keys, by their names. */
  status(): GatewayStatus;
  /** Whether an account lists a model, by its id after aliasing. */
  isListed(model: string): boolean;
  /**
   * Closes all Live sessions and streams of events. Resolves when all WebSockets are closed, also those that were
   * being closed before: never, if a peer does not confirm the close.
   */
  endSessions(): Promise<void>;
  /** Resolves when the Live sessions that are open now are closed. */
  sessionsSettled(): Promise<void>;
  /** Ends the calls in flight with an error that tells their clients the reason. */
  breakOff(): void;
  /** Stops its timers. Calls in flight continue. */
  close(): Promise<void>;
}

/**
 * Starts a gateway. The caller listens and passes it the requests.
 *
 * @throws If the accounts can't be read.
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { clock, keeper, observers, onProblem, createUpstream, adminKey } = options;
  const { redaction = new Redaction(adminKey === undefined ? [] : [adminKey]) } = options;
  const { sessionTtlMs: ttlMs, strategy, maxWaiting } = options.settings.routing;
  const { affinity, sessions } = keptAffinity({ clock, ttlMs, capacity: MOST_SESSIONS }, keeper);
  const { quotas, rows: quotaRows } = keptQuotas(keeper, clock);
  await quotaRows.restore();
  const { pool, coolDowns } = keptPool({ clock, affinity, strategy, maxWaiting, quotas }, keeper);
  await coolDowns.restore();
  const { lists, rows } = keptLists(keeper, (accountId) => pool.offersChanged(accountId));
  await rows.restore();
  const owners = keptOwners(keeper, clock);
  const marks = new BookedMarks(keeper, clock);
  const projects = new Projects(keeper, clock);
  await projects.restore();
  const background = { clock, timer: options.timer ?? systemTimer, random: Math.random };
  const quotaRefresher = new QuotaRefresher({ ...background, quotas });
  const refresher = new ListRefresher({
    ...background,
    lists,
    onListed: (accountId) => pool.offersChanged(accountId),
    onAsked: (accountId, error) => {
      const failure = failureOfAccount(error);
      if (error === undefined || failure !== undefined) pool.observed(accountId, failure);
    },
  });
  const roster = new Roster({
    accounts: options.accounts,
    pool,
    createUpstream,
    onChange: (...now) => [refresher, quotaRefresher].forEach((one) => one.setMembers(...now)),
    onError: (error) => onProblem("Cannot read the accounts; the known ones stay in use", error),
    onLeftOut: (error) => onProblem("An account is skipped", error),
  });
  await roster.start();
  // Not awaited: a million conversations take seconds, and the gateway can serve requests meanwhile.
  void sessions.restore();
  void owners.restore();
  const { clientKeys = NO_CLIENT_KEYS, costOf } = options;
  const limiter = new KeyLimiter(keeper, { clock, keys: clientKeys, costOf });
  await limiter.restore();
  const members = new ProjectMembers(roster, projects);
  const lookUp = new LookUp({ roster, members, clock });
  const { copies } = options;
  copies?.limit(options.settings.files.copies);
  await copies?.settled();
  const files = { projects, roster, clock, copies, moved: new MovedFiles(clock) };
  const ownership = new Ownership({ ...files, owners, marks, lookUp, members, onProblem });
  const origins = new KeptOrigins(keeper, { clock, onProblem });
  const signatures = new Signatures({
    clock,
    ttlMs,
    capacity: MOST_SIGNATURE_CHARACTERS,
    kept: origins,
  });
  const toolCalls = new KeptToolCalls(keeper, {
    clock,
    newKey: () => randomBytes(16).toString("base64url"),
    onProblem,
  });
  const allowed = new AllowedAccounts(roster);
  const exchanges = new StoredExchanges(keeper, { clock, onProblem });
  const liveSessions = new LiveSessions(options.settings.server.maxMemoryBytes);
  const openSockets = new OpenSockets();
  const watch = new CallWatch(clock);
  const calls = new RecentCalls();
  const seen = { calls, watch, roster, redaction, costOf: options.costOf };
  const adminState = createAdminState({ ...seen, clock, pool, services: options.admin });
  const bodyMemory = new BodyMemory(options.settings.server.maxMemoryBytes);
  const lasting: LastingParts = {
    clock,
    observers: new Observers(
      [
        { booked: (booking) => limiter.booked(booking) },
        calls,
        ...adminState.observers,
        ...observers,
        quotaRefresher,
      ],
      (error) => onProblem("An observer of requests failed", error),
    ),
    onUnforeseen: (error, { requestId }) => onProblem(`Request ${requestId} failed`, error),
    adminAuth: new AdminAuth(adminKey?.reveal()),
    redaction,
    status: () => statusOf({ roster, pool, lists, quotas, redaction, clientKeys, limiter, clock }),
    pool,
    roster,
    lists,
    refresher,
    signatures,
    toolCalls,
    exchanges,
    operations: new OperationTable(options.operations),
    watch,
    bodyMemory,
    uploads: new UploadSessions(options.sealer, clock, keeper),
    uploadWindows: new UploadWindows(clock),
    uploadCopies: new UploadCopies(copies),
    liveSessions,
    openSockets,
    refusedSockets: new RefusedSockets(openSockets),
    wrongKeys: new WrongKeys({ clock, onMany: options.onWrongKeys ?? ignore }),
    fileMover: new FileMover({ ...files, ownership }),
    ownership,
    members,
    allowed,
    servesInteractions: interactionsOf({ roster, allowed }),
    sealer: options.sealer,
    limiter,
    clientKeys,
    pageSessions: new PageSessions(clock),
    uiCodes: new UiCodes(clock),
    page: options.page,
    onSignIn: options.onSignIn,
    metrics: options.metrics,
    admin: options.admin,
    adminState,
    explain: (id) => explain(id, seen),
    reports: { explain: (id) => explain(id, seen), ...options.reports },
  };
  // A request gets its settings only here, so that none uses a mixture of old and new ones.
  let current = arrange(options.settings, lasting);
  return {
    handle: (request, by) => current.handle(request, by),
    apply(settings) {
      current = arrange(settings, lasting);
      adminState.events.changed("config");
      const { sessionTtlMs, strategy, maxWaiting } = settings.routing;
      affinity.ttlMs = sessionTtlMs;
      signatures.ttlMs = sessionTtlMs;
      pool.change({ strategy, maxWaiting });
      bodyMemory.maxBytes = settings.server.maxMemoryBytes;
      liveSessions.maxWaitingBytes = settings.server.maxMemoryBytes;
      copies?.limit(settings.files.copies);
    },
    get keyPolicy() {
      return current.keyPolicy;
    },
    get callCount() {
      return watch.size;
    },
    get accountCount() {
      return roster.members().length;
    },
    get disabledCount() {
      return roster.disabled.length;
    },
    refresh: () => roster.refresh(),
    snapshot: () => pool.snapshot(),
    status: lasting.status,
    isListed: (model) => lists.isListed(model),
    async endSessions() {
      adminState.events.close();
      await liveSessions.end();
      await openSockets.closed();
    },
    sessionsSettled: () => liveSessions.settled(),
    breakOff: () => watch.breakOff(),
    async close() {
      watch.close();
      await roster.close();
      await quotaRefresher.close();
      await refresher.close();
      await ownership.bookings.settled();
      await toolCalls.close();
      await origins.close();
      await exchanges.close();
    },
  };
}
