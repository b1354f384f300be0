/**
 * The events of the admin API: calls, the status, and what has changed. While nobody reads them, they cost nothing.
 *
 * @module
 */
import { type Clock, elapsedMs } from "../../../base/clock.ts";
import { RpcError } from "../../../gemini/errors/rpc_error.ts";
import type { CallObserver } from "../../call/call_observer.ts";
import type { ObservedRecord } from "../../call/call_record.ts";
import { isCall } from "../../call/is_call.ts";
import { callRow, type RowParts, sourceOf } from "./call_row.ts";
import { EventQueue, eventText } from "./event_queue.ts";
import type { MinuteSums } from "./last_minute.ts";

/** Most streams at the same time. */
export const MOST_STREAMS = 32;

/** How often it is checked what has changed, in ms. */
const TICK_MS = 1000;

/** How long a stream may be silent, in ms. */
const SILENT_MS = 15_000;

/** After this time a stream ends, in ms: its client connects again, and its access is checked again. */
const LASTS_MS = 600_000;

/** What a `status` event says. */
export interface StatusEvent {
  readonly callsInFlight: number;
  readonly waitingCalls: number;
  readonly lastMinute: MinuteSums;
}

/** What may change besides calls. */
export type Changing = "accounts" | "keys" | "config";

/** What the events are made of. */
export interface AdminEventsParts extends RowParts {
  readonly clock: Clock;
  readonly status: () => StatusEvent;
  /**
   * Numbers that change with the accounts and with the keys, for all processes' changes.
   *
   * @throws When the store cannot be read.
   */
  readonly revisions: () => Promise<Readonly<Partial<Record<Changing, unknown>>>>;
}

/** All streams of events. */
export class AdminEvents implements CallObserver {
  readonly #parts: AdminEventsParts;
  /** The streams, and when each ends and last had an event, by the monotonic clock. */
  readonly #streams = new Map<EventQueue, { readonly endsMs: number; lastMs: number }>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #status = "";
  #revisions: Readonly<Partial<Record<Changing, unknown>>> = {};
  #isClosed = false;

  constructor(parts: AdminEventsParts) {
    this.#parts = parts;
  }

  /** A call is sent to an account: its row is that of a call in flight. */
  attempt(record: ObservedRecord): void {
    if (this.#streams.size > 0) this.#tellCall(record);
  }

  end(record: ObservedRecord): void {
    if (this.#streams.size > 0 && isCall(record.method)) this.#tellCall(record);
  }

  /**
   * Opens a stream. It begins with the status.
   *
   * @throws {RpcError} RESOURCE_EXHAUSTED if there are {@linkcode MOST_STREAMS}; UNAVAILABLE while the gateway stops.
   */
  open(): ReadableStream<Uint8Array> {
    if (this.#isClosed) throw new RpcError("UNAVAILABLE", "The gateway stops");
    if (this.#streams.size >= MOST_STREAMS) {
      const message = `There are ${MOST_STREAMS} streams of events already, which is the most`;
      throw new RpcError("RESOURCE_EXHAUSTED", message);
    }
    const queue = new EventQueue((queue) => this.#forget(queue));
    const nowMs = elapsedMs(this.#parts.clock);
    this.#streams.set(queue, { endsMs: nowMs + LASTS_MS, lastMs: nowMs });
    queue.other("status", eventText("status", this.#parts.status()));
    if (this.#timer === undefined) {
      this.#revisions = {};
      this.#timer = setInterval(() => this.#tick(), TICK_MS);
      Deno.unrefTimer(this.#timer);
      this.#tick();
    }
    return queue.stream;
  }

  /** Something has changed. */
  changed(what: Changing): void {
    for (const queue of this.#streams.keys()) {
      queue.other(what, eventText("changed", { what }));
    }
  }

  /** Looks for changes at once. */
  look(): void {
    if (this.#streams.size > 0) this.#tick();
  }

  /** Ends all streams, since the gateway stops. */
  close(): void {
    this.#isClosed = true;
    for (const queue of [...this.#streams.keys()]) {
      queue.end();
      this.#forget(queue);
    }
  }

  #forget(queue: EventQueue): void {
    this.#streams.delete(queue);
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tellCall(record: ObservedRecord): void {
    const text = eventText("call", callRow(sourceOf(record), this.#parts));
    for (const queue of this.#streams.keys()) queue.call(text);
  }

  #tick(): void {
    const nowMs = elapsedMs(this.#parts.clock);
    const status = eventText("status", this.#parts.status());
    const isNew = status !== this.#status;
    this.#status = status;
    for (const [queue, times] of [...this.#streams]) {
      if (isNew) queue.other("status", status);
      if (isNew) times.lastMs = nowMs;
      if (nowMs - times.lastMs >= SILENT_MS) {
        times.lastMs = nowMs;
        queue.comment();
      }
      if (nowMs < times.endsMs) continue;
      queue.end();
      this.#forget(queue);
    }
    void this.#tellRevisions();
  }

  async #tellRevisions(): Promise<void> {
    const before = this.#revisions;
    // Where the store cannot be read, others say so; a later tick finds the change.
    const now = await this.#parts.revisions().catch(() => before);
    this.#revisions = now;
    for (const what of ["accounts", "keys"] as const) {
      if (before[what] !== undefined && before[what] !== now[what]) this.changed(what);
    }
  }
}
