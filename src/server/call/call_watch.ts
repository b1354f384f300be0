/**
 * Watches the calls in flight: detects disconnected clients, and enforces time limits.
 *
 * Accessing the `signal` of each request costs about a tenth of the gateway's throughput, and most calls of a
 * busy gateway are over before a client could disconnect. So a call begins unwatched, and one timer for all
 * calls attaches a listener to each call that lasts longer than {@linkcode UNWATCHED_MS}. If the client has
 * disconnected by then, Deno aborts the signal (since 2.9; in 2.7 a client that disconnects in these first
 * milliseconds is detected when upstream's response arrives). From 2.8.3 to 2.9.6 at least, Deno does not
 * detect that a client disconnects before its response begins if the request has more than 512 bytes: this,
 * too, is detected when the response arrives.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { Clock } from "../../base/clock.ts";
import { UpstreamFault } from "../../upstream/faults/upstream_fault.ts";
import { CLIENT_CLOSED } from "./client_closed.ts";
import type { ObservedRecord } from "./call_record.ts";
import type { KeepAlive } from "../response/keep_alive.ts";
import { clientDeadlineMs } from "./client_deadline.ts";

/** Age at which a call's client is watched, in ms. */
const UNWATCHED_MS = 20;

/** How often time limits are checked, in ms. */
const ROUND_MS = 250;

/** The limits of a call, in ms. */
export interface CallLimits {
  readonly firstByteMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}

/** All calls in flight. The timers run only while there are calls. */
export class CallWatch {
  readonly #clock: Clock;
  readonly #unwatched = new Set<WatchedCall>();
  readonly #watched = new Set<WatchedCall>();
  #closing = false;
  #watchTimer: ReturnType<typeof setInterval> | undefined;
  #roundTimer: ReturnType<typeof setInterval> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many calls are in flight. */
  get size(): number {
    return this.#unwatched.size + this.#watched.size;
  }

  /**
   * Starts to watch a call.
   *
   * @param limits Apply until the call ends; a shorter time-out of the client replaces `totalMs`.
   */
  add(request: Request, limits: CallLimits): WatchedCall {
    const totalMs = Math.min(limits.totalMs, clientDeadlineMs(request.headers));
    const call = new WatchedCall(request, {
      limits: totalMs === limits.totalMs ? limits : { ...limits, totalMs },
      clock: this.#clock,
      onFinish: this.#forget,
    });
    this.#unwatched.add(call);
    this.#watchTimer ??= setInterval(this.#watchLasting, UNWATCHED_MS);
    return call;
  }

  /** The record of a call in flight, by its id. */
  find(requestId: string): ObservedRecord | undefined {
    return this.records().find((record) => record.requestId === requestId);
  }

  /** The records of the calls in flight. */
  records(): readonly ObservedRecord[] {
    return [...this.#watched, ...this.#unwatched].flatMap(({ record }) => record ?? []);
  }

  /** Ends all calls, because the gateway stops. */
  breakOff(): void {
    for (const call of [...this.#unwatched, ...this.#watched]) call.breakOff();
  }

  /** Stops the timers as soon as no call needs them. */
  close(): void {
    this.#closing = true;
    if (this.#unwatched.size === 0) this.#stopWatchTimer();
  }

  #stopWatchTimer(): void {
    clearInterval(this.#watchTimer);
    this.#watchTimer = undefined;
  }

  readonly #forget = (call: WatchedCall): void => {
    if (!this.#unwatched.delete(call)) this.#watched.delete(call);
    if (this.#closing && this.#unwatched.size === 0) this.#stopWatchTimer();
    if (this.#watched.size > 0 || this.#roundTimer === undefined) return;
    clearInterval(this.#roundTimer);
    this.#roundTimer = undefined;
  };

  /** Stops one interval after the last call, so that a busy gateway does not restart the timer for each. */
  readonly #watchLasting = (): void => {
    if (this.#unwatched.size === 0) return this.#stopWatchTimer();
    const nowMs = this.#clock.now();
    for (const call of this.#unwatched) {
      if (nowMs - call.startedAtMs < UNWATCHED_MS) continue;
      this.#unwatched.delete(call);
      this.#watched.add(call);
      call.watchClient();
    }
    if (this.#watched.size > 0) this.#roundTimer ??= setInterval(this.#checkTimes, ROUND_MS);
  };

  readonly #checkTimes = (): void => {
    const nowMs = this.#clock.now();
    for (const call of this.#watched) call.checkTime(nowMs);
  };
}

interface LimitedWork {
  readonly reject: (error: RpcError) => void;
  readonly late: (ms: number) => RpcError;
}

/** The options of a {@linkcode WatchedCall}. */
export interface WatchedCallOptions {
  readonly limits: CallLimits;
  readonly clock: Clock;
  readonly onFinish: (call: WatchedCall) => void;
}

/** One call in flight. */
export class WatchedCall {
  /** When the call arrived, in ms since the epoch. */
  readonly startedAtMs: number;
  /** What is recorded of the call. */
  record: ObservedRecord | undefined;
  /** What keeps the response alive while it is silent; undefined if nothing does. */
  keepAlive: Pick<KeepAlive, "check"> | undefined;
  readonly request: Request;
  readonly #options: WatchedCallOptions;
  /** The current operation: an attempt, which can be aborted, or work that can only be abandoned. */
  #attempt: AbortController | undefined;
  #work: LimitedWork | undefined;
  /** When the current wait began, and how long it may last. */
  #waitingSinceMs: number;
  #patienceMs: number;
  /** Whether the response has begun, which changes the time-out's message. */
  #hasBegun = false;
  /** Whether the client's next bytes are missing, and not upstream's. */
  #waitsForClient = false;
  #over: UpstreamFault | undefined;
  #finished = false;
  #kept: Disposable | undefined;

  constructor(request: Request, options: WatchedCallOptions) {
    this.request = request;
    this.#options = options;
    this.startedAtMs = options.clock.now();
    this.#waitingSinceMs = this.startedAtMs;
    this.#patienceMs = options.limits.totalMs;
  }

  /** Why the call ended before its response was complete, if it did. */
  get over(): UpstreamFault | undefined {
    return this.#over;
  }

  /** How long an attempt may wait for its response to begin, in ms. */
  get firstByteMs(): number {
    return this.#options.limits.firstByteMs;
  }

  /** When the call's total time ends, in ms since the epoch. */
  get endsAtMs(): number {
    return this.startedAtMs + this.#options.limits.totalMs;
  }

  /** Starts an attempt and returns its signal, whose reason is the fault that the attempt fails with. */
  attempt(): AbortSignal {
    this.#attempt = new AbortController();
    this.#work = undefined;
    if (this.#over !== undefined) this.#attempt.abort(this.#over);
    this.#hasBegun = false;
    this.#wait(this.#options.limits.firstByteMs);
    return this.#attempt.signal;
  }

  /**
   * Waits for work that can't be aborted.
   *
   * @param ms Longest wait, in ms.
   * @param work What to wait for.
   * @param late Creates the error for a longer wait.
   */
  within<T>(ms: number, work: Promise<T>, late: (ms: number) => RpcError): Promise<T> {
    this.#wait(ms);
    // Every call runs this, and it costs half as much as Promise.race.
    return new Promise((resolve, reject) => {
      this.#work = { reject, late };
      work.then(resolve, reject);
    });
  }

  /** Waits until the gateway has memory; this time counts neither for the client nor for upstream. */
  async waitForMemory<T>(work: Promise<T>): Promise<T> {
    const { clock } = this.#options;
    const sinceMs = clock.now();
    const patienceMs = this.#patienceMs;
    this.rest();
    try {
      return await work;
    } finally {
      const ms = clock.now() - sinceMs;
      this.#patienceMs = patienceMs;
      this.#waitingSinceMs += ms;
      this.record?.trace.waited({ what: "memory", startMs: sinceMs - this.startedAtMs, ms });
    }
  }

  /** Waits for more of a response that has begun: from now on the idle time-out applies. */
  progress(): void {
    this.#hasBegun = true;
    this.#wait(this.#options.limits.idleMs);
  }

  /** Restarts the time-out, since upstream has sent bytes of any kind. */
  alive(): void {
    this.#waitingSinceMs = this.#options.clock.now();
  }

  /**
   * Restarts the time-out, since the client has sent bytes, or is about to.
   *
   * @param isWaiting Whether silence is the client's from now on, and not upstream's.
   */
  waitForClient(isWaiting: boolean): void {
    this.#waitsForClient = isWaiting;
    this.alive();
  }

  /** Suspends the time-out until the next wait, such as while the client reads the available data. */
  rest(): void {
    this.#patienceMs = Infinity;
  }

  /** Ends the call, since the client has disconnected. */
  clientGone(): void {
    this.#end(
      new UpstreamFault("client", new RpcError("CANCELLED", CLIENT_CLOSED)),
    );
  }

  /** Ends the call, since the gateway stops. */
  breakOff(): void {
    const message = "The gateway was stopped before the response was complete. Try again";
    this.#end(new UpstreamFault("client", new RpcError("UNAVAILABLE", message)));
  }

  /** Disposes of a resource when the call is over, or keeps another one in its place. */
  keep(resource: Disposable): void {
    this.#kept?.[Symbol.dispose]();
    this.#kept = resource;
    if (this.#finished) resource[Symbol.dispose]();
  }

  /** Must be called when the call is over, successfully or not. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#kept?.[Symbol.dispose]();
    this.#options.onFinish(this);
  }

  /** Starts to listen for the client's disconnection. */
  watchClient(): void {
    const { signal } = this.request;
    if (signal.aborted) this.clientGone();
    else signal.addEventListener("abort", () => this.clientGone(), { once: true });
  }

  /** Aborts the current operation if it has exceeded a time limit by `nowMs` (ms since the epoch). */
  checkTime(nowMs: number): void {
    this.keepAlive?.check(nowMs);
    const { totalMs } = this.#options.limits;
    if (nowMs - this.startedAtMs > totalMs) {
      this.#end(timeUp("client", `The request took longer than ${totalMs / 1000} s`));
    } else if (nowMs - this.#waitingSinceMs > this.#patienceMs) {
      this.#waitingSinceMs = nowMs;
      this.#work?.reject(this.#work.late(this.#patienceMs));
      if (this.#waitsForClient) return this.#end(clientIsSilent(this.#patienceMs));
      // Before the first content, upstream may have sent bytes that only keep the connection alive.
      const missing = this.#hasBegun ? "nothing" : "no content";
      const silence = `Upstream sent ${missing} for ${this.#patienceMs / 1000} s`;
      this.#attempt?.abort(timeUp("transient", silence));
    }
  }

  #wait(patienceMs: number): void {
    this.#waitingSinceMs = this.#options.clock.now();
    this.#patienceMs = patienceMs;
  }

  #end(fault: UpstreamFault): void {
    if (this.#finished || this.#over !== undefined) return;
    this.#over = fault;
    this.#attempt?.abort(fault);
    this.#work?.reject(fault.rpc);
  }
}

function clientIsSilent(ms: number): UpstreamFault {
  const message = `The client sent nothing for ${ms / 1000} s, and its request is not complete`;
  return new UpstreamFault(
    "client",
    new RpcError("DEADLINE_EXCEEDED", message, { code: 408 }),
  );
}

function timeUp(scope: "client" | "transient", message: string): UpstreamFault {
  return new UpstreamFault(scope, new RpcError("DEADLINE_EXCEEDED", message));
}
