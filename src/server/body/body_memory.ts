/**
 * Limits the memory for the request bodies of all calls together. If a body does not fit, the call waits
 * before it reads the body, which makes the client stop sending.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/** Most calls that wait for memory. */
const MOST_WAITING = 200;

/** Longest wait, in ms. */
const LONGEST_WAIT_MS = 30_000;

/** The retry delay that a rejected client gets, in ms. */
const RETRY_AFTER_MS = 5000;

/** A body of at most this many bytes does not wait for larger ones. */
const SMALL_BODY = 1024 * 1024;

/** The memory for all request bodies. */
export class BodyMemory {
  /**
   * Most bytes at the same time. A larger body is accepted if it is the only one. Of the bodies with
   * unknown length, one at a time may exceed the limit.
   */
  maxBytes: number;
  #used = 0;
  /** The call that may exceed the limit: otherwise partly read bodies could wait for each other forever. */
  #beyond: BodyHold | undefined;
  readonly #waiting = new Set<BodyHold>();
  readonly #access: Memory;

  /** @param longestWaitMs Longest wait of a call for memory, in ms. */
  constructor(maxBytes: number, longestWaitMs = LONGEST_WAIT_MS) {
    this.maxBytes = maxBytes;
    this.#access = {
      longestWaitMs,
      take: (hold, bytes) => this.#take(hold, bytes),
      wait: (hold) => this.#wait(hold),
      giveBack: (hold) => this.#giveBack(hold),
    };
  }

  /** Creates the hold of one call, with no memory at first. Disposing of it releases the memory. */
  hold(): BodyHold {
    return new BodyHold(this.#access);
  }

  #take(hold: BodyHold, bytes: number): boolean {
    const others = this.#used - hold.bytes;
    if (others > 0 && others + bytes > this.maxBytes) {
      if (hold.bytes === 0 || (this.#beyond ?? hold) !== hold) return false;
      this.#beyond = hold;
    }
    // A call that already holds memory has precedence, since it releases it only at its end.
    if (hold.bytes === 0 && bytes > SMALL_BODY && this.#waiting.size > 0 && !hold.isNext) {
      return false;
    }
    this.#used = others + bytes;
    return true;
  }

  #wait(hold: BodyHold): boolean {
    if (this.#waiting.size >= MOST_WAITING) return false;
    this.#waiting.add(hold);
    return true;
  }

  #giveBack(hold: BodyHold): void {
    this.#used -= hold.bytes;
    if (this.#beyond === hold) this.#beyond = undefined;
    this.#waiting.delete(hold);
    let isBlocked = false;
    for (const waiting of this.#waiting) {
      if (isBlocked && waiting.takesTurns) continue;
      if (waiting.tryAgain()) this.#waiting.delete(waiting);
      else isBlocked ||= waiting.takesTurns;
    }
  }
}

interface Memory {
  readonly longestWaitMs: number;
  readonly take: (hold: BodyHold, bytes: number) => boolean;
  readonly wait: (hold: BodyHold) => boolean;
  readonly giveBack: (hold: BodyHold) => void;
}

/** The memory that one call holds. */
export class BodyHold implements Disposable {
  readonly #memory: Memory;
  #bytes = 0;
  #wanted = 0;
  #granted: PromiseWithResolvers<void> | undefined;
  #isOver = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** How many bytes it holds. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether calls that arrived earlier have precedence. */
  get takesTurns(): boolean {
    return this.#bytes === 0 && this.#wanted > SMALL_BODY;
  }

  /** Whether it is in the queue already. */
  get isNext(): boolean {
    return this.#granted !== undefined;
  }

  /**
   * Takes memory until the hold has a total size.
   *
   * @param bytes The total size.
   * @returns Undefined if the memory is available at once.
   * @throws {RpcError} 503 with a retry delay, if too many calls wait, or after 30 s.
   */
  take(bytes: number): Promise<void> | undefined {
    if (bytes <= this.#bytes) return;
    // A read that continues after the call's end must not take memory, since nothing would release it.
    if (this.#isOver) throw outOfMemory();
    if (this.#memory.take(this, bytes)) {
      this.#bytes = bytes;
      return;
    }
    if (!this.#memory.wait(this)) throw outOfMemory();
    this.#wanted = bytes;
    this.#granted = Promise.withResolvers();
    const { promise, reject } = this.#granted;
    this.#timer = setTimeout(() => reject(outOfMemory()), this.#memory.longestWaitMs);
    return promise;
  }

  /** Takes the memory that it waits for, if that is available now. */
  tryAgain(): boolean {
    if (this.#granted === undefined || !this.#memory.take(this, this.#wanted)) return false;
    this.#bytes = this.#wanted;
    clearTimeout(this.#timer);
    this.#granted.resolve();
    this.#granted = undefined;
    return true;
  }

  /** Releases all memory. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#granted = undefined;
    this.#memory.giveBack(this);
    this.#bytes = 0;
  }
}

function outOfMemory(): RpcError {
  return new RpcError(
    "UNAVAILABLE",
    "The gateway holds as many request bodies as server.max_memory_mib allows. Try again in a moment",
    { retryAfterMs: RETRY_AFTER_MS },
  );
}
