/**
 * Marks what was booked, so that the gateways on a shared store book it once. Each mark is written at once, in a
 * transaction that only the first gateway can make:
 *
 *     ["v1", "booked", SHA-256 of the resource's name]  → { untilMs }
 *
 * @module
 */
import { hash } from "node:crypto";
import type { WallClock } from "../../base/clock.ts";
import { isJsonObject } from "../../base/json.ts";
import type { Keeper, KeptKind, KeptRows } from "../../base/stored/kept.ts";

/** A mark is kept for this long after its resource expired, in ms: as long as the row of the owner. */
const AFTER_EXPIRY_MS = 3_600_000;

interface Mark {
  readonly untilMs: number;
}

const BOOKED: KeptKind<Mark> = {
  name: "booked",
  label: "marks of booked usage",
  ifUnread: "they are read when they are needed",
  leftMs: ({ untilMs }, nowMs) => untilMs - nowMs,
  encode: (mark) => mark,
  decode(stored) {
    const untilMs = isJsonObject(stored) ? stored["untilMs"] : undefined;
    return typeof untilMs === "number" ? { untilMs } : undefined;
  },
};

/** The marks of all gateways. */
export class BookedMarks {
  readonly #rows: KeptRows<Mark>;
  readonly #clock: WallClock;
  readonly #isShared: boolean;

  constructor(keeper: Keeper, clock: WallClock) {
    this.#rows = keeper.open(BOOKED, { restore() {}, adopt() {} });
    this.#clock = clock;
    this.#isShared = keeper.isShared;
  }

  /**
   * Marks the usage of a resource as booked.
   *
   * @param expiresAtMs When the resource expires, in ms since the epoch.
   * @returns Whether no other gateway has marked it; at once if there are no others.
   * @throws When the store fails.
   */
  add(name: string, expiresAtMs: number): true | Promise<boolean> {
    if (!this.#isShared) return true;
    const untilMs = Math.max(expiresAtMs, this.#clock.now()) + AFTER_EXPIRY_MS;
    return this.#rows.add([hash("sha256", name, "hex")], { untilMs });
  }
}
