/**
 * The interface for everything that observes requests: the log, later usage, metrics, traces and limits.
 * Routes and dispatch do not depend on any observer.
 *
 * @module
 */
import type { TokenUsage } from "../../gemini/api/token_usage.ts";
import type { ObservedRecord } from "./call_record.ts";

/**
 * The usage of a batch, an operation or an interaction that Google reports in a later response than that of the call
 * that made it; or that of a response which was discarded because it was empty, and another account was tried.
 */
export interface Booking {
  /** The caller that made it, as in {@linkcode CallRecord.keyId}. */
  readonly callerId: string;
  /** The account's name. */
  readonly account: string;
  /** Empty if it is not known. */
  readonly model: string;
  /** The model that the call named which made it, empty if it named none. Default: `model`. */
  readonly called?: string;
  /** The method that made it. */
  readonly method: string;
  /** When it was reported, in ms since the epoch. */
  readonly atMs: number;
  /** Undefined if Google reported none. */
  readonly usage: TokenUsage | undefined;
  /**
   * Whether the usage of the call that made it counts as not known, since its response did not report any: the call
   * had the same caller, account, model and method. With usage, the booking takes this back.
   */
  readonly settles: boolean;
  /** When that call was made, in ms since the epoch; absent if it is not known. */
  readonly madeAtMs?: number;
}

/**
 * Is notified of every request, including health checks, lists, preflights and rejected requests. `begin` and
 * `end` are called exactly once for each. An error of an observer is reported and does not affect the client.
 *
 * @example An observer that counts requests by status.
 * ```ts
 * import type { CallObserver } from "./call_observer.ts";
 *
 * const counts = new Map<number, number>();
 * const counter: CallObserver = {
 *   end: ({ status }) => void counts.set(status, (counts.get(status) ?? 0) + 1),
 * };
 * ```
 */
export interface CallObserver {
  /** A request has arrived. Only its id and the time are known. */
  begin?(record: ObservedRecord): void;
  /** The request's body has arrived; its bytes belong to the call and must not be changed or kept. */
  body?(record: ObservedRecord, bytes: Uint8Array): void;
  /** An account was chosen, and the request is about to be sent to it. */
  attempt?(record: ObservedRecord): void;
  /** The first bytes of the response's content are ready for the client. */
  firstByte?(record: ObservedRecord): void;
  /**
   * A response of a model was read: its JSON, or the last chunk of a stream that reports tokens. The bytes must not be
   * changed or kept.
   */
  response?(record: ObservedRecord, json: Uint8Array): void;
  /** The last byte of the response was sent, or the client has disconnected. The record is complete. */
  end?(record: ObservedRecord): void;
  /** A response reported the usage of something that an earlier call made. Called once for each. */
  booked?(booking: Booking): void;
}
