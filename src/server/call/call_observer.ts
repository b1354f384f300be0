/**
 * The seam through which everything that wants to know of requests hears of them: the log, later usage,
 * metrics, traces and limits. Routes and dispatch know none of them.
 *
 * @module
 */
import type { ObservedRecord } from "./call_record.ts";

/**
 * Hears of every request, health checks, lists, preflights and refusals included. `begin` and `end` are
 * told exactly once for each. What an observer throws is reported and changes nothing for the client.
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
  /** A request has come. Nothing is known of it but its id and the time. */
  begin?(record: ObservedRecord): void;
  /** The request's body has arrived; its bytes belong to the call and must not be changed or kept. */
  body?(record: ObservedRecord, bytes: Uint8Array): void;
  /** An account was chosen, and the request is about to be sent to it. */
  attempt?(record: ObservedRecord): void;
  /** The first bytes of the response's content are ready for the client. */
  firstByte?(record: ObservedRecord): void;
  /** The last byte of the response has gone, or the client has. The record is complete. */
  end?(record: ObservedRecord): void;
}
