/**
 * The real pool and the real dispatcher in virtual time, before upstreams that a test makes up.
 *
 * @module
 */
import { Secret } from "../../src/accounts/secret.ts";
import type { RetryClass } from "../../src/gemini/api/methods.ts";
import { parseNativeRequest } from "../../src/gemini/native_request.ts";
import { Affinity } from "../../src/pool/sessions/affinity.ts";
import { Pool } from "../../src/pool/pool.ts";
import type { PoolAccount } from "../../src/pool/pool_account.ts";
import type { StrategyName } from "../../src/pool/strategy.ts";
import { Redaction } from "../../src/gemini/redaction/redaction.ts";
import { CallLifecycle } from "../../src/server/call/call_lifecycle.ts";
import { Observers } from "../../src/server/call/observers.ts";
import type { CallRecord } from "../../src/server/call/call_record.ts";
import { WatchedCall } from "../../src/server/call/call_watch.ts";
import { ModelLists } from "../../src/server/catalog/model_lists.ts";
import { Dispatcher } from "../../src/server/dispatch/dispatch.ts";
import { onFirstWorkingBase } from "../../src/upstream/base_urls.ts";
import type { Upstream, UpstreamCall } from "../../src/upstream/upstream.ts";
import { session } from "./session.ts";
import { VirtualTime } from "./virtual_time.ts";

/** One request to an upstream. */
export interface Attempt {
  /** The client's call, as its record has it. */
  readonly requestId: string;
  readonly accountId: string;
  readonly baseUrl: string;
  readonly model: string;
  readonly signal: AbortSignal;
}

/** What a virtual gateway is made of. */
export interface VirtualGatewayOptions {
  readonly accounts: readonly PoolAccount[];
  readonly baseUrls?: readonly string[];
  readonly strategy: StrategyName;
  readonly maxAttempts: number;
  readonly maxWaitMs?: number;
  /** Whether an account's kind serves the method. Default: true. */
  readonly canServe?: boolean;
  /** What the accounts listed. Default: nothing. */
  readonly lists?: ModelLists;
  /** Answers, or throws an {@linkcode UpstreamFault}. */
  readonly response: (attempt: Attempt) => Promise<void>;
}

/** A client's call. */
export interface VirtualCall {
  readonly model: string;
  /** Default: `anywhere`. */
  readonly retry?: RetryClass;
  /** The conversation, by any name. */
  readonly conversation?: string;
  /** How long the response goes on after its first event, in ms. */
  readonly streamMs?: number;
  /** The client's own time-out; only then the call's time is watched. */
  readonly serverTimeoutSeconds?: number;
}

/** How a call went. */
export interface CallEnd {
  readonly record: CallRecord;
  /** What the client was told; undefined where it was answered. */
  readonly error: unknown;
}

const SECRET = new Secret("planted-key");
const REQUEST = parseNativeRequest(new Uint8Array());
const TICK_MS = 250;

/** A gateway without HTTP. */
export class VirtualGateway {
  readonly time = new VirtualTime();
  readonly pool: Pool;
  readonly #options: VirtualGatewayOptions;
  readonly #dispatcher: Dispatcher;

  constructor(options: VirtualGatewayOptions) {
    this.#options = options;
    const { time: clock } = this;
    const { maxAttempts, maxWaitMs = 30_000, strategy } = options;
    const sink = { bind() {}, unbind() {} };
    this.pool = new Pool({
      clock,
      affinity: new Affinity({ clock, ttlMs: 3_600_000, capacity: 10_000, sink }),
      coolDownSink: { cool() {}, heal() {} },
      strategy,
      maxWaiting: 1000,
    });
    this.pool.setAccounts(options.accounts);
    const canServe = () => options.canServe ?? true;
    const roster = { get: (id: string) => this.#memberOf(id), disabled: [], canServe };
    const { pool } = this;
    this.#dispatcher = new Dispatcher({
      ownership: { refused() {} },
      pool,
      roster,
      lists: options.lists ?? new ModelLists(),
      clock,
      timer: clock,
      maxAttempts,
      maxWaitMs,
      allowed: { of: () => undefined },
    });
  }

  /** Makes a call, and resolves when it is over. */
  async call(call: VirtualCall): Promise<CallEnd> {
    const { model, conversation, streamMs = 0, serverTimeoutSeconds, retry = "anywhere" } = call;
    const lifecycle = new CallLifecycle({
      clock: this.time,
      redaction: new Redaction(),
      observers: new Observers([], (error) => {
        throw error;
      }),
    });
    const { record } = lifecycle;
    const watch = new WatchedCall(new Request("http://localhost"), {
      limits: {
        firstByteMs: 300_000,
        idleMs: 300_000,
        totalMs: (serverTimeoutSeconds ?? 1800) * 1000,
      },
      clock: this.time,
      onFinish: () => stop(),
    });
    let stop = () => {};
    const tick = () => {
      watch.checkTime(this.time.now());
      stop = this.time.start(TICK_MS, tick);
    };
    if (serverTimeoutSeconds !== undefined) tick();
    try {
      await this.#dispatcher.send({
        method: "generateContent",
        retry,
        version: "v1beta",
        model,
        resource: "",
        query: "",
        request: REQUEST,
        session: conversation && session(conversation),
        watch,
        lifecycle,
      }, (upstream, upstreamCall) => upstream.call(upstreamCall));
      await this.time.sleep(streamMs);
      return { record, error: undefined };
    } catch (error) {
      return { record, error };
    } finally {
      watch.finish();
    }
  }

  #memberOf(accountId: string) {
    const { baseUrls = ["only"], response } = this.#options;
    const call = (call: UpstreamCall) =>
      onFirstWorkingBase(baseUrls, call, async (baseUrl) => {
        const { requestId, model, signal } = call;
        await response({ requestId, accountId, baseUrl, model, signal });
        return { type: "json" as const, bytes: new Uint8Array() };
      });
    const upstream: Upstream = {
      kind: "gemini-api",
      serves: () => true,
      call,
      list: () => Promise.reject(new Error("Not in use")),
      close() {},
    };
    return { account: accountOf(accountId), upstream };
  }
}

function accountOf(id: string) {
  return {
    id,
    name: id,
    kind: "gemini-api" as const,
    enabled: true,
    baseUrls: ["only"],
    createdAt: "",
    credential: { type: "api_key" as const, key: SECRET },
  };
}
