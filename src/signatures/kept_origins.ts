/**
 * The origins of thought signatures as stored state: they are known after a restart, and to other gateways.
 *
 *     ["v1", "signature_origin", SHA-256 of the signature]  → { origin, usedAtMs }
 *
 * @module
 */
import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { type Clock, elapsedMs } from "../base/clock.ts";
import { isWithin } from "../base/is_within.ts";
import { isJsonObject } from "../base/json.ts";
import { BoundedRows } from "../base/stored/bounded_rows.ts";
import type { Keeper, KeptKind, KeptRows } from "../base/stored/kept.ts";

/** A row. */
interface StoredOrigin {
  readonly origin: string;
  /** When it was last used, to the day, in ms since the epoch. */
  readonly usedAtMs: number;
}

/** Options of {@linkcode KeptOrigins}. */
export interface KeptOriginsOptions {
  readonly clock: Clock;
  readonly onProblem: (what: string, error: unknown) => void;
}

const DAY_MS = 24 * 3_600_000;

/** How long an unused origin is kept, in ms, and how often a use is written. */
const LIFE_MS = 30 * DAY_MS;
const RENEWED_MS = DAY_MS;

/** Most bytes in the store, and the size of a row besides its origin. */
const STORE_BYTES = 64 * 1024 * 1024;
const ROW_SIZE = 150;

/** Most signatures that are looked up for one request: the last ones. */
const MOST_READ = 1000;

/** Signatures that are looked up at the same time. */
const READ_TOGETHER = 50;

/** Longest wait for the store, in ms. The request then goes on without what was not read. */
const READ_MS = 2000;

/** How many signatures that have no row are remembered, and for how long, in ms: other gateways add rows. */
const MOST_ABSENT = 10_000;
const ABSENT_MS = 60_000;

/** The kind of row. It never changes, and is read when a request has its signature: nobody needs notice of it. */
export const SIGNATURE_ORIGINS: KeptKind<StoredOrigin> = {
  name: "signature_origin",
  label: "origins of thought signatures",
  ifUnread: "they are read when they are needed",
  writeMs: 200,
  isAnnounced: false,
  leftMs: ({ usedAtMs }, nowMs) => usedAtMs + LIFE_MS - nowMs,
  encode: (row) => row,
  decode(stored) {
    if (!isJsonObject(stored)) return undefined;
    const { origin, usedAtMs } = stored;
    return typeof origin === "string" && typeof usedAtMs === "number"
      ? { origin, usedAtMs }
      : undefined;
  },
};

/** Writes and reads origins, by signatures in canonical form. */
export class KeptOrigins {
  readonly #options: KeptOriginsOptions;
  readonly #rows: KeptRows<StoredOrigin>;
  readonly #bound: BoundedRows<StoredOrigin>;
  readonly #absent: LRUCache<string, true>;

  constructor(keeper: Keeper, options: KeptOriginsOptions) {
    this.#options = options;
    const { clock, onProblem } = options;
    this.#rows = keeper.open(SIGNATURE_ORIGINS, { restore() {}, adopt() {} });
    this.#bound = new BoundedRows(this.#rows, {
      maxBytes: STORE_BYTES,
      sizeOf: ({ origin }) => origin.length + ROW_SIZE,
      usedAtMs: ({ usedAtMs }) => usedAtMs,
      onError: (error) => onProblem("Cannot delete the oldest origins of signatures", error),
    });
    this.#absent = new LRUCache({
      max: MOST_ABSENT,
      ttl: ABSENT_MS,
      ttlResolution: 0,
      perf: { now: () => elapsedMs(clock) },
    });
  }

  /** Stores an origin. */
  put(signature: string, origin: string): void {
    const key = keyOf(signature);
    const row = { origin, usedAtMs: this.#options.clock.now() };
    this.#absent.delete(key);
    this.#rows.put([key], row);
    this.#bound.added(row);
  }

  /**
   * Looks up origins. Never rejects: what cannot be read is not known.
   *
   * @param found Called for each that is known.
   * @returns A promise only if the store is read.
   */
  load(
    signatures: readonly string[],
    found: (signature: string, origin: string) => void,
  ): Promise<void> | void {
    const missing = new Map<string, string>();
    for (const signature of signatures.slice(-MOST_READ)) {
      const key = keyOf(signature);
      if (!this.#absent.has(key)) missing.set(key, signature);
    }
    if (missing.size > 0) return this.#load([...missing], found);
  }

  /** Ends what is done in the background. */
  async close(): Promise<void> {
    await this.#bound.close();
  }

  async #load(
    missing: readonly (readonly [key: string, signature: string])[],
    found: (signature: string, origin: string) => void,
  ): Promise<void> {
    const { onProblem } = this.#options;
    const what = "Cannot read where thought signatures come from; Google may refuse some";
    try {
      if (await isWithin(READ_MS, this.#readAll(missing, found))) return;
      onProblem(what, new Error(`The store took longer than ${READ_MS / 1000} s`));
    } catch (error) {
      onProblem(what, error);
    }
  }

  async #readAll(
    missing: readonly (readonly [key: string, signature: string])[],
    found: (signature: string, origin: string) => void,
  ): Promise<void> {
    for (let start = 0; start < missing.length; start += READ_TOGETHER) {
      await Promise.all(
        missing.slice(start, start + READ_TOGETHER).map(async ([key, signature]) => {
          const row = await this.#rows.read([key]);
          const nowMs = this.#options.clock.now();
          if (row === undefined || SIGNATURE_ORIGINS.leftMs(row, nowMs) <= 0) {
            this.#absent.set(key, true);
            return;
          }
          found(signature, row.origin);
          if (nowMs - row.usedAtMs < RENEWED_MS) return;
          this.#rows.put([key], { ...row, usedAtMs: nowMs });
        }),
      );
    }
  }
}

function keyOf(signature: string): string {
  return hash("sha256", signature, "base64url");
}
