/**
 * The lifecycle of requests: each has one record, and observers are notified of its stages.
 *
 * @module
 */
import { type Clock, elapsedMs } from "../../base/clock.ts";
import type { TokenUsage } from "../../gemini/api/token_usage.ts";
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { ClientKey } from "../../keys/client_key.ts";
import { keyLimitOf } from "../../keys/limits/limit_errors.ts";
import type { Redaction } from "../../gemini/redaction/redaction.ts";
import type { Booking } from "./call_observer.ts";
import type { Caller } from "../access/caller.ts";
import { CLIENT_CLOSED } from "./client_closed.ts";
import { type CallRecord, type FailedTry, newCallRecord } from "./call_record.ts";
import type { Observers } from "./observers.ts";

/** The dependencies of all requests. */
export interface LifecycleOptions {
  readonly clock: Clock;
  /** Redacts all text about a request. */
  readonly redaction: Redaction;
  readonly observers: Observers;
}

/**
 * One request, from its arrival to the last byte of its response.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Redaction } from "../../gemini/redaction/redaction.ts";
 * import { CallLifecycle } from "./call_lifecycle.ts";
 * import { Observers } from "./observers.ts";
 *
 * const ended: number[] = [];
 * const call = new CallLifecycle({
 *   clock: { now: () => 1000 },
 *   redaction: new Redaction(),
 *   observers: new Observers([{ end: ({ status }) => void ended.push(status) }], console.error),
 * });
 * call.responded(200);
 * assert.deepEqual(ended, [200]);
 * ```
 */
export class CallLifecycle {
  readonly record: CallRecord;
  readonly #options: LifecycleOptions;
  #isOpen = true;
  #isStreaming = false;
  #key: ClientKey | undefined;
  /** When the request arrived, by the monotonic clock. */
  readonly #arrivedMs: number;

  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.#arrivedMs = elapsedMs(options.clock);
    this.record = newCallRecord(options.clock.now(), options.redaction);
    this.#options.observers.tell("begin", this.record);
  }

  /** The client key of the caller, once it is known; undefined if there is none. */
  get key(): ClientKey | undefined {
    return this.#key;
  }

  /** The time since the request arrived, in whole ms; it never decreases, also if the wall clock is set back. */
  get elapsedMs(): number {
    return Math.round(this.preciseMs);
  }

  /** The same with fractions, for what takes less than a ms. */
  get preciseMs(): number {
    return elapsedMs(this.#options.clock) - this.#arrivedMs;
  }

  /** It is known who sent the request. */
  calledBy({ id, key }: Pick<Caller, "id" | "key">): void {
    this.#key = key;
    this.record.trace.isCalled = true;
    this.record.keyId = id;
    this.record.keyName = key?.name ?? id;
  }

  /** The request's body has arrived. */
  body(bytes: Uint8Array): void {
    this.record.trace.bodyMs = this.elapsedMs;
    this.#options.observers.tellBody(this.record, bytes);
  }

  /** The request is about to be sent to an account, by the account's name. */
  attempt(account: string): void {
    this.record.account = account;
    this.#options.observers.tell("attempt", this.record);
  }

  /**
   * An account has responded, or failed.
   *
   * @param sentMs When the attempt began, as {@linkcode preciseMs} told it.
   * @returns How long the account took, in whole ms.
   */
  attemptEnded(sentMs: number): number {
    const endedMs = this.preciseMs;
    this.record.upstreamMs += endedMs - sentMs;
    return Math.round(endedMs) - Math.round(sentMs);
  }

  /** An account failed; another may be tried. */
  attemptFailed(failed: FailedTry): void {
    this.record.failedTries.push(failed);
  }

  /** The first bytes of a successful response are ready. */
  firstByte(): void {
    this.record.status = 200;
    this.record.readyMs = this.preciseMs;
    this.record.firstByteAtMs = this.record.startedAtMs + Math.round(this.record.readyMs);
    this.#options.observers.tell("firstByte", this.record);
  }

  /** The response is streamed: the call ends with {@linkcode end}, not when its headers are returned. */
  streams(): void {
    this.#isStreaming = true;
  }

  /** A model's response was read; see `CallObserver.response`. */
  answered(json: Uint8Array): void {
    this.#options.observers.tellResponse(this.record, json);
  }

  /** Records the token usage that the response states. */
  used(usage: TokenUsage | undefined): void {
    this.record.usage = usage;
    if (usage !== undefined) this.record.limited?.used(this.record.model, usage);
  }

  /** Usage that an earlier call caused was reported. */
  booked(booking: Booking): void {
    this.#options.observers.tellBooked(booking);
  }

  /** The response of an account was discarded. What it has used counts as well, for that account. */
  discarded(account: string, usage: TokenUsage | undefined): void {
    if (usage === undefined) return;
    const { keyId: callerId, model, method } = this.record;
    const atMs = this.#options.clock.now();
    this.booked({ callerId, account, model, method, atMs, usage, settles: false });
  }

  /** Records the client's error of a failed call. A response that has begun keeps its status. */
  failed(error: RpcError): void {
    const { trace } = this.record;
    this.record.failure = error.message;
    trace.limit = keyLimitOf(error) ?? trace.limit;
    if (error.message === CLIENT_CLOSED) trace.isClientGone = true;
  }

  /** The client has disconnected while it received the response. */
  clientGone(): void {
    this.record.failure = CLIENT_CLOSED;
    this.record.trace.isClientGone = true;
  }

  /** The response is returned to the client; this ends the call, unless it is streamed. */
  responded(status: number): void {
    this.record.status = status;
    if (!this.#isStreaming) this.end();
  }

  /** The last byte was sent, or the client has disconnected. Further calls are ignored. */
  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { preciseMs } = this;
    if (this.record.firstByteAtMs === 0) this.record.readyMs = preciseMs;
    this.record.finishedAtMs = this.record.startedAtMs + Math.round(preciseMs);
    this.record.limited?.end();
    this.#options.observers.tell("end", this.record);
  }
}
