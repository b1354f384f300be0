/**
 * Watches the calls in flight: whose client has gone, and whose time is up.
 *
 * Asking a request for its `signal` costs about a tenth of the gateway's throughput, and most of the
 * calls that a busy gateway serves are over before a client could have left. So a call begins unwatched,
 * and one timer for all calls attaches a listener to each that lasts longer than {@linkcode UNWATCHED_MS}.
 * Deno aborts the signal of a client that has gone by then (since 2.9; in 2.7 a client that leaves in
 * these first milliseconds is noticed when upstream's response comes). From 2.8.3 to 2.9.6 at least, Deno
 * does not notice that a client leaves before its response begins where the request has more than 512
 * bytes: that, too, shows when the response comes.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { Clock } from "../../base/clock.ts";
import { UpstreamFault } from "../../upstream/faults/upstream_fault.ts";
import { clientDeadlineMs } from "./client_deadline.ts";

/** How long a call lasts before its client is watched, in ms. */
const UNWATCHED_MS = 20;

/** How often time limits are looked at, in ms. */
const ROUND_MS = 250;

/** The limits of a call, in ms. */
export interface CallLimits {
  readonly firstByteMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}

/** All calls in flight. Its timers run only while there are any. */
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
   * @param limits Hold for the call to its end; a client that waits less long is not kept longer.
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

  /** Ends all calls, since the gateway does. */
  breakOff(): void {
    for (const call of [...this.#unwatched, ...this.#watched]) call.breakOff();
  }

  /** Stops the timers: at once, or when the last call in flight is over. */
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

  /** The timer outlives a lull by one round, so that a busy gateway does not start it for each call. */
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

/** What a call is watched with. */
export interface WatchedCallOptions {
  readonly limits: CallLimits;
  readonly clock: Clock;
  readonly onFinish: (call: WatchedCall) => void;
}

/** One call in flight. */
export class WatchedCall {
  /** When the call came, in ms since the epoch. */
  readonly startedAtMs: number;
  readonly request: Request;
  readonly #options: WatchedCallOptions;
  /** What runs for the call now: an attempt that can be aborted, or work that can only be left. */
  #attempt: AbortController | undefined;
  #work: LimitedWork | undefined;
  /** When the running wait began, and how long it may last. */
  #waitingSinceMs: number;
  #patienceMs: number;
  /** Whether content has come, so that any byte ends the wait. */
  #hasBegun = false;
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

  /** Why the call is over before its response is complete, if it is. */
  get over(): UpstreamFault | undefined {
    return this.#over;
  }

  /** How long an attempt may wait for its response to begin, in ms. */
  get firstByteMs(): number {
    return this.#options.limits.firstByteMs;
  }

  /** When the call's time is up, in ms since the epoch. */
  get endsAtMs(): number {
    return this.startedAtMs + this.#options.limits.totalMs;
  }

  /** The signal for the next attempt; its reason is the fault that the attempt then fails with. */
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
   * @param late Makes the error for when it takes longer.
   */
  within<T>(ms: number, work: Promise<T>, late: (ms: number) => RpcError): Promise<T> {
    this.#wait(ms);
    // Every call comes by here, and this is half of what Promise.race costs.
    return new Promise((resolve, reject) => {
      this.#work = { reject, late };
      work.then(resolve, reject);
    });
  }

  /** Waits for what is the gateway's own to give: the time that it takes counts as nobody's silence. */
  async paused<T>(work: Promise<T>): Promise<T> {
    const { clock } = this.#options;
    const sinceMs = clock.now();
    const patienceMs = this.#patienceMs;
    this.rest();
    try {
      return await work;
    } finally {
      this.#patienceMs = patienceMs;
      this.#waitingSinceMs += clock.now() - sinceMs;
    }
  }

  /** The response has begun, and more of it is waited for: from now on only silence is limited. */
  progress(): void {
    this.#hasBegun = true;
    this.#wait(this.#options.limits.idleMs);
  }

  /** Bytes of the response came, whatever they say: upstream is not silent. */
  alive(): void {
    this.#waitingSinceMs = this.#options.clock.now();
  }

  /** Nothing is asked of upstream until the client has read what there is. */
  rest(): void {
    this.#patienceMs = Infinity;
  }

  /** The client has gone: whatever still runs for it is aborted. */
  clientGone(): void {
    this.#end(
      new UpstreamFault("client", new RpcError("CANCELLED", "The client closed the request")),
    );
  }

  /** The gateway stops before the call is over. */
  breakOff(): void {
    const message = "The gateway was stopped before the response was complete. Try again";
    this.#end(new UpstreamFault("client", new RpcError("UNAVAILABLE", message)));
  }

  /** Disposes of something when the call is over. */
  keep(resource: Disposable): void {
    if (this.#finished) resource[Symbol.dispose]();
    else this.#kept = resource;
  }

  /** The call is over, well or not. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#kept?.[Symbol.dispose]();
    this.#options.onFinish(this);
  }

  /** Begins to listen for the client's going away. */
  watchClient(): void {
    const { signal } = this.request;
    if (signal.aborted) this.clientGone();
    else signal.addEventListener("abort", () => this.clientGone(), { once: true });
  }

  /** Aborts what has taken too long by now (ms since the epoch). */
  checkTime(nowMs: number): void {
    const { totalMs } = this.#options.limits;
    if (nowMs - this.startedAtMs > totalMs) {
      this.#end(timeUp("client", `The request took longer than ${totalMs / 1000} s`));
    } else if (nowMs - this.#waitingSinceMs > this.#patienceMs) {
      this.#waitingSinceMs = nowMs;
      this.#work?.reject(this.#work.late(this.#patienceMs));
      // Until then it may have sent what keeps a connection alive.
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

function timeUp(scope: "client" | "transient", message: string): UpstreamFault {
  return new UpstreamFault(scope, new RpcError("DEADLINE_EXCEEDED", message));
}
