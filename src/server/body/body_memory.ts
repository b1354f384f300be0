/**
 * The memory that the request bodies of all calls together may take. A call whose body does not fit waits
 * before it is read, so that its client waits with sending.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/** Most calls that wait for memory. */
const MOST_WAITING = 200;

/** Longest wait, in ms. */
const LONGEST_WAIT_MS = 30_000;

/** When a client is told to come back, in ms. */
const RETRY_AFTER_MS = 5000;

/** Up to this many bytes a body does not wait behind larger ones. */
const SMALL_BODY = 1024 * 1024;

/** All of it. */
export class BodyMemory {
  /**
   * Most bytes at the same time. A larger body is let in alone, and of those whose length shows only as
   * they come one at a time may go beyond.
   */
  maxBytes: number;
  #used = 0;
  /**
   * The call that may go beyond: if each that is half read waited for another's memory, none would end.
   */
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

  /** What one call takes of it: nothing at first. Disposing of it gives that back. */
  hold(): BodyHold {
    return new BodyHold(this.#access);
  }

  #take(hold: BodyHold, bytes: number): boolean {
    const others = this.#used - hold.bytes;
    if (others > 0 && others + bytes > this.maxBytes) {
      if (hold.bytes === 0 || (this.#beyond ?? hold) !== hold) return false;
      this.#beyond = hold;
    }
    // A call that holds something already goes first: only its end gives back what it holds.
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

/** What one call holds. */
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

  /** How much it holds. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether those that came before it go first. */
  get takesTurns(): boolean {
    return this.#bytes === 0 && this.#wanted > SMALL_BODY;
  }

  /** Whether it has waited for its turn. */
  get isNext(): boolean {
    return this.#granted !== undefined;
  }

  /**
   * Takes as much as makes so many bytes in all.
   *
   * @returns Undefined where they are there at once.
   * @throws {RpcError} 503 with a time to come back, where too many wait, or after 30 s.
   */
  take(bytes: number): Promise<void> | undefined {
    if (bytes <= this.#bytes) return;
    // What reads on although nobody waits for it must take nothing that nobody would give back.
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

  /** Takes what it waits for, if that is there now. */
  tryAgain(): boolean {
    if (this.#granted === undefined || !this.#memory.take(this, this.#wanted)) return false;
    this.#bytes = this.#wanted;
    clearTimeout(this.#timer);
    this.#granted.resolve();
    this.#granted = undefined;
    return true;
  }

  /** Gives everything back. */
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
