/**
 * Google, emulated: generativelanguage, aiplatform, cloudcode-pa and the OAuth token endpoint on one
 * loopback address. It validates requests strictly, its responses can be scripted, and it records
 * requests. The content of its responses is generated.
 *
 * @module
 */
import { ignore } from "../base/ignore.ts";
import { isWithin } from "../base/is_within.ts";
import { accountOf } from "./authentication.ts";
import { AuthorizationCodes } from "./oauth/authorization_codes.ts";
import { bodyTooLarge, readBody } from "./http/body.ts";
import { CONSENT_PATH, respondConsent } from "./oauth/consent.ts";
import type { OutcomeRule, ScriptFilter, UserOptions } from "./emulated_account.ts";
import {
  type ApiKeyOptions,
  type AuthorizedUser,
  EmulatedAccounts,
  type ServiceAccountOptions,
} from "./emulated_accounts.ts";
import { type CountedUsage, UsageCounts } from "./counted_usage.ts";
import { EmulatedResources } from "./emulated_resources.ts";
import type { EmulatorOptions } from "./emulator_options.ts";
import { Exchange, type ExchangeHost } from "./http/exchange.ts";
import { Federation } from "./oauth/federation.ts";
import { frontEndPage } from "./http/front_end_page.ts";
import { GoogleError } from "./google_errors.ts";
import type { ServiceCall } from "./models/model_call.ts";
import { refuse, respond } from "./services/respond.ts";
import { accountOfTokenRequest, type TokenContext, type TokenRegisters } from "./oauth/oauth.ts";
import { respondScriptedToken } from "./oauth/scripted_token.ts";
import {
  clientFile,
  OAUTH_CLIENT,
  type OAuthClientFile,
  OAuthClients,
} from "./oauth/oauth_clients.ts";
import { type Outcome, outcomeSpec } from "./script/outcome.ts";
import { type RecordedRequest, RecordEntry, Recorder } from "./recorder.ts";
import { listen, type Listening } from "./http/listening.ts";
import { BrokenBody, RequestBytes } from "./http/request_bytes.ts";
import { findRoute, isUpload, readQuery } from "./route.ts";
import { isBytesUpload } from "./uploads/upload_protocol.ts";
import type { ServiceAccountFile } from "./oauth/service_account.ts";

export type { IneligibleTier, OutcomeRule, ScriptFilter, UserOptions } from "./emulated_account.ts";
export type { ApiKeyOptions, AuthorizedUser, ServiceAccountOptions } from "./emulated_accounts.ts";
export type { ProjectFiles } from "./files/project_files.ts";
export type { EmulatorOptions } from "./emulator_options.ts";
export type { CountedTokens, CountedUsage } from "./counted_usage.ts";
export type { OpenSession } from "./live/live_sockets.ts";
export type { OAuthClientFile } from "./oauth/oauth_clients.ts";
export type { Outcome } from "./script/outcome.ts";
export type { RecordedRequest } from "./recorder.ts";
export type { ServiceAccountFile } from "./oauth/service_account.ts";

/** Longest wait until clients have confirmed that their WebSockets are closed, in ms. */
const SOCKETS_CLOSED_MS = 5000;

type ServeInfo = Deno.ServeHandlerInfo<Deno.NetAddr>;

/** A running emulator, started by {@linkcode startEmulator}. */
export class Emulator extends EmulatedResources {
  readonly #accounts: EmulatedAccounts;
  readonly #usage = new UsageCounts();
  readonly #oauth: TokenRegisters;
  readonly #recorder: Recorder | undefined;
  readonly #listening: Listening;
  readonly #closing = new AbortController();
  readonly #held = new Set<Exchange>();
  readonly #host: ExchangeHost;
  /** Credentials that are exchanged for others. */
  readonly federation: Federation;
  /** The requests in flight, and the numbers of their connections. */
  readonly #inFlight = new Map<ServeInfo, number>();
  /** How many calls were refused because of their thought signatures. */
  signatureRefusals = 0;
  #serial = 0;

  constructor(options: EmulatorOptions) {
    super(options.clock ?? Date, options.keptFileBytes);
    this.#accounts = new EmulatedAccounts(this.clock);
    this.#oauth = {
      accounts: this.#accounts,
      clients: new OAuthClients(),
      codes: new AuthorizationCodes(this.clock),
    };
    this.federation = new Federation(this.#accounts, {
      origin: () => this.url,
      clock: this.clock,
    });
    this.#recorder = options.record ?? true ? new Recorder() : undefined;
    this.#listening = listen(options, {
      signal: this.#closing.signal,
      handler: (request, info) => this.#handle(request, info),
    });
    this.url = this.#listening.url;
    this.#host = {
      held: this.#held,
      closing: this.#closing.signal,
      drop: (port, marker) => this.#listening.relay?.drop(port, marker),
    };
  }

  /** Origin of all services, without a slash at the end. */
  readonly url: string;

  /** The last thousand requests, oldest first, token requests included. */
  get requests(): readonly RecordedRequest[] {
    return this.#recorder?.requests ?? [];
  }

  /** Number of requests whose response is not finished. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Number of open client connections, idle ones included. */
  get connections(): number {
    return this.openConnections.size;
  }

  /** The numbers of the open connections, idle ones included. */
  get openConnections(): ReadonlySet<number> {
    if (this.#listening.relay === undefined) {
      throw new Error("The emulator sees no connections; start it without `resets: false`");
    }
    return this.#listening.relay.connections;
  }

  /** The numbers of the connections with a request in flight. */
  get busyConnections(): ReadonlySet<number> {
    return new Set(this.#inFlight.values());
  }

  /** Adds an account with an API key; returns the key. Accounts of one project share what they make. */
  addApiKey(name: string, options: ApiKeyOptions = {}): string {
    return this.#accounts.addApiKey(name, options);
  }

  /** The project that owns what an account makes. */
  projectOf(name: string): string {
    return this.#accounts.named(name).ownerProject;
  }

  /** Adds a user; returns the credentials file. */
  addUser(name: string, options: UserOptions = {}): AuthorizedUser {
    return this.#accounts.addUser(name, { ...options, tokenUri: this.#tokenUri });
  }

  /** Adds a service account; returns its key, as a credentials file. */
  addServiceAccount(name: string, options: ServiceAccountOptions = {}): ServiceAccountFile {
    return this.#accounts.addServiceAccount(name, { ...options, tokenUri: this.#tokenUri });
  }

  /** Adds an account with an API key of Vertex AI's express mode; returns the key. */
  addExpressKey(name: string): string {
    return this.#accounts.addExpressKey(name);
  }

  /**
   * The OAuth client that users sign in with, as the console's `client_secret.json`.
   *
   * @param redirectUris Registers a web application with these; default: the desktop app.
   */
  oauthClient(redirectUris?: readonly string[]): OAuthClientFile {
    const client = redirectUris === undefined
      ? OAUTH_CLIENT
      : this.#oauth.clients.addWeb(redirectUris);
    return clientFile(client, this.url);
  }

  /**
   * Queues outcomes for an account: one for each valid call, in order; afterwards the standing outcome
   * applies. With a filter they apply only to calls that match it.
   */
  script(name: string, outcomes: readonly Outcome[], filter: ScriptFilter = {}): void {
    for (const outcome of outcomes) this.#checkOutcome(outcome);
    this.#accounts.named(name).script(outcomes, filter);
  }

  /**
   * Sets the outcome of an account whose queue is empty, or the rule for it; "ok" at first. Without a
   * method it is that of the methods of models.
   */
  always(
    name: string,
    outcome: Outcome | OutcomeRule,
    { method }: Pick<ScriptFilter, "method"> = {},
  ): void {
    if (typeof outcome !== "function") this.#checkOutcome(outcome);
    this.#accounts.named(name).always(outcome, method);
  }

  /** Revokes the access tokens of an account; the token endpoint issues a new one. */
  revokeTokens(name: string): void {
    this.#accounts.revokeTokens(this.#accounts.named(name));
  }

  /**
   * Revokes the user's grant, or deletes the service account's key: no token is valid, and the token
   * endpoint responds `invalid_grant`.
   */
  revokeUser(name: string): void {
    this.#accounts.named(name).revoked = true;
    this.revokeTokens(name);
  }

  /** How often a token was requested with an account's refresh token or assertion. */
  tokenRequests(name: string): number {
    return this.#accounts.named(name).tokenRequests;
  }

  /**
   * The tokens that were counted since the start, by project, account, model and method: what streams and sessions
   * have reported until now, and batches and interactions at their end.
   */
  counted(): readonly CountedUsage[] {
    return this.#usage.rows;
  }

  /** Resolves to the first recorded request that matches `predicate`, or the next one that does. */
  waitForRequest(predicate: (request: RecordedRequest) => boolean): Promise<RecordedRequest> {
    if (this.#recorder === undefined) {
      throw new Error("The emulator keeps no requests; start it without `record: false`");
    }
    return this.#recorder.waitFor(predicate);
  }

  /** Continues hanging calls: an account's, or all. */
  release(name?: string): void {
    for (const exchange of this.#held) {
      if (name === undefined || exchange.account === name) exchange.release();
    }
  }

  /** Clears requests, counts and scripts; accounts and their tokens stay. */
  clear(): void {
    this.#recorder?.clear();
    this.#usage.clear();
    for (const account of this.#accounts.all()) {
      account.forgetScript();
      account.tokenRequests = 0;
    }
  }

  /** Drops all connections and waits until all are closed. */
  async close(): Promise<void> {
    this.stored.live.closeAll();
    this.#closing.abort();
    this.release();
    await this.#listening.relay?.close();
    await this.#listening.server.finished;
    // Without a relay, a peer that does not confirm the close keeps its socket open.
    await isWithin(SOCKETS_CLOSED_MS, this.stored.live.sockets.closed());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #handle(request: Request, info: ServeInfo): Promise<Response> {
    this.#inFlight.set(info, info.remoteAddr.port);
    const url = new URL(request.url);
    const query = url.searchParams;
    const route = findRoute(url, request.method);
    const isBytes = isUpload(route) && isBytesUpload(request.headers, query);
    const rawBody = isBytes ? "" : await readBody(request);
    const form = url.pathname === "/token" ? new URLSearchParams(rawBody) : undefined;
    const federated = this.federation.answer(request, { url, body: rawBody });
    const account = form === undefined
      ? route && accountOf(request, { route, query, ...this.#shared })
      : accountOfTokenRequest(form, this.#oauth);
    let entry: RecordEntry | undefined;
    const onAbort = () => {
      if (entry !== undefined) entry.aborted = true;
    };
    const exchange = new Exchange(this.#host, { request, info, onAbort });
    const finished = this.#finish(info, exchange);
    if (this.#recorder !== undefined) {
      const name = account instanceof GoogleError ? undefined : account?.name ?? federated?.account;
      const startedAt = this.clock.now();
      entry = new RecordEntry({ request, url, account: name, rawBody, startedAt, finished });
      this.#recorder.add(entry);
    }
    if (federated !== undefined) return federated.response;
    if (form !== undefined) {
      return request.method === "POST"
        ? await respondScriptedToken(form, { context: this.#tokenContext, exchange })
        : frontEndPage(405);
    }
    if (url.pathname === CONSENT_PATH) {
      return respondConsent(query, request.method === "POST" ? rawBody : undefined, this.#oauth);
    }
    if (route === undefined || account === undefined) return frontEndPage(404);
    if (route.verb !== request.method) return frontEndPage(405);
    const bytes = new RequestBytes(request, { entry: isBytes ? entry : undefined, onAbort });
    try {
      if (rawBody === undefined) throw bodyTooLarge();
      if (account instanceof GoogleError) throw account;
      exchange.account = account.name;
      const call = { route, query: readQuery(route, query), rawBody, request, bytes, account };
      const [now, serial] = [this.clock.now(), ++this.#serial];
      const shared = { ...this.#shared, exchange, entry, origin: this.url };
      return await respond({ ...call, ...shared, now, serial });
    } catch (error) {
      if (error instanceof BrokenBody) return new Response(null, { status: 499 });
      if (!(error instanceof GoogleError)) throw error;
      if (/thought.signature/i.test(error.message)) this.signatureRefusals++;
      if (isBytes) await bytes.drain();
      return refuse(error, { route, query, request, live: this.stored.live });
    }
  }

  /** Settles when an exchange has ended. Deno 2.7 completes it before it cancels the body. */
  async #finish(info: ServeInfo, exchange: Exchange): Promise<void> {
    await info.completed.catch(ignore);
    await exchange.bodyEnded;
    this.#inFlight.delete(info);
  }

  get #shared(): Pick<ServiceCall, "accounts" | "stored" | "usage"> {
    return { accounts: this.#accounts, stored: this.stored, usage: this.#usage };
  }

  get #tokenContext(): TokenContext {
    return { ...this.#oauth, tokenUri: this.#tokenUri, now: this.clock.now() };
  }

  get #tokenUri(): string {
    return `${this.url}/token`;
  }

  #checkOutcome(outcome: Outcome): void {
    const { type } = outcomeSpec(outcome);
    if (this.#listening.relay === undefined && type.startsWith("reset")) {
      throw new Error("The emulator cannot reset connections; start it without `resets: false`");
    }
  }
}

/** Starts an emulator, and resolves when it listens. */
export function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  return Promise.resolve(new Emulator(options));
}
