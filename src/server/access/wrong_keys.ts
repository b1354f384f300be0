/**
 * Slows down addresses that send many wrong keys. Right keys from the same address are always served, since many clients
 * may share it.
 *
 * @module
 */
import { LRUCache } from "lru-cache";
import { type Clock, elapsedMs } from "../../base/clock.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/** Most wrong keys of one network within {@linkcode WINDOW_MS} that get the usual error. */
export const MOST_WRONG_KEYS = 10;

/** The window of time in which wrong keys are counted, in ms. */
const WINDOW_MS = 60_000;

/** Most networks remembered; the one that was silent longest is forgotten first. */
export const MOST_NETWORKS = 10_000;

/** The error of a request whose key is none of the gateway's. */
export class WrongKeyError extends RpcError {
  constructor(message: string) {
    super("UNAUTHENTICATED", message);
  }
}

/** What is remembered of a network. Times are monotonic, in ms. */
interface Network {
  /** When its last wrong keys got the usual error; the oldest first, at most {@linkcode MOST_WRONG_KEYS}. */
  readonly timesMs: number[];
  /** When its last wrong key came, whatever error that got. */
  lastMs: number;
  isReported: boolean;
}

/** Counts the wrong keys of each network. */
export class WrongKeys {
  readonly #clock: Clock;
  readonly #onMany: (network: string) => void;
  readonly #networks = new LRUCache<string, Network>({ max: MOST_NETWORKS });

  /**
   * @param options `onMany` is called when a network begins to send too many, and not again until it sent none for a
   * minute.
   */
  constructor({ clock, onMany }: {
    readonly clock: Clock;
    readonly onMany: (network: string) => void;
  }) {
    this.#clock = clock;
    this.#onMany = onMany;
  }

  /**
   * Counts a wrong key.
   *
   * @param error What the client gets as long as there are not too many.
   * @param network Where the key came from, as `networkOf` in client_address.ts writes it.
   * @returns The error for the client. If there are too many, it is RESOURCE_EXHAUSTED with the time until a wrong key
   * gets the usual error again.
   */
  counted(error: WrongKeyError, network: string): RpcError {
    const nowMs = elapsedMs(this.#clock);
    const known = this.#networks.get(network) ?? { timesMs: [], lastMs: nowMs, isReported: false };
    this.#networks.set(network, known);
    const { timesMs } = known;
    if (nowMs - known.lastMs >= WINDOW_MS) known.isReported = false;
    known.lastMs = nowMs;
    while (timesMs[0] !== undefined && nowMs - timesMs[0] >= WINDOW_MS) timesMs.shift();
    const [oldestMs] = timesMs;
    if (oldestMs === undefined || timesMs.length < MOST_WRONG_KEYS) {
      timesMs.push(nowMs);
      return error;
    }
    if (!known.isReported) this.#onMany(network);
    known.isReported = true;
    return new RpcError(
      "RESOURCE_EXHAUSTED",
      `${MOST_WRONG_KEYS} wrong keys came from this address within a minute. Correct the key; a right ` +
        "key is served at once",
      { retryAfterMs: Math.ceil(oldestMs + WINDOW_MS - nowMs) },
    );
  }
}
