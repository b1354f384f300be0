/**
 * What a key used in the windows of its limits, as one gateway counted it and as it is stored:
 *
 *     ["v1", "key_use", key id, gateway's id] → { day, month, ofDay, ofMonth, recent }
 *
 * Each process writes rows of its own, and adds those of others to its own counts. So gateways of a shared store need
 * no agreement, and a gateway that starts again has what it counted before.
 *
 * @module
 */
import { isJsonObject } from "../../base/json.ts";
import type { KeptKind } from "../../base/stored/kept.ts";
import { monthEndMs } from "./calendar.ts";

/** The counts of a day or a month. */
export interface WindowCounts {
  readonly requests: number;
  readonly tokens: number;
  /** In millionths of a US dollar. */
  readonly microUsd: number;
}

/** Requests and tokens of one second: seconds since the epoch, requests, tokens. */
export type RecentSecond = readonly [second: number, requests: number, tokens: number];

/** What a key used. */
export interface KeyUse {
  readonly day: number;
  readonly month: number;
  readonly ofDay: WindowCounts;
  readonly ofMonth: WindowCounts;
  /** The last minute, oldest first. */
  readonly recent: readonly RecentSecond[];
}

/** Counts that may still change: they are read when the row is written. */
export interface KeyUseSource {
  /** @param nowMs In ms since the epoch. */
  use(nowMs: number): KeyUse;
}

/** Most seconds of a row that are read. */
const MOST_SECONDS = 64;

/** The kind of row. A row is kept until its month ends. */
export const KEY_USE: KeptKind<KeyUseSource> = {
  name: "key_use",
  label: "the counts of keys' limits",
  ifUnread: "keys may exceed their limits of this day and month",
  leftMs: (source, nowMs) => monthEndMs(source.use(nowMs).month) - nowMs,
  encode: (source, nowMs) => source.use(nowMs),
  decode(stored) {
    if (!isJsonObject(stored)) return undefined;
    const { day, month, ofDay, ofMonth, recent } = stored;
    const days = countsIn(ofDay);
    const months = countsIn(ofMonth);
    if (typeof day !== "number" || typeof month !== "number" || !days || !months) return undefined;
    const seconds = Array.isArray(recent) ? recent.slice(-MOST_SECONDS).filter(isRecent) : [];
    const use: KeyUse = { day, month, ofDay: days, ofMonth: months, recent: seconds };
    return { use: () => use };
  },
};

function countsIn(stored: unknown): WindowCounts | undefined {
  if (!isJsonObject(stored)) return undefined;
  const { requests, tokens, microUsd } = stored;
  return typeof requests === "number" && typeof tokens === "number" && typeof microUsd === "number"
    ? { requests, tokens, microUsd }
    : undefined;
}

function isRecent(value: unknown): value is RecentSecond {
  return Array.isArray(value) && value.length === 3 &&
    value.every((part) => typeof part === "number");
}
