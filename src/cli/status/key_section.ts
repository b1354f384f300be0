/**
 * The client keys in the status, those that are over a limit or open nothing on top.
 *
 * @module
 */
import { oneLine } from "../../base/text/one_line.ts";
import type { KeyStatus, LimitStatus } from "../../server/key_status.ts";
import { usdText } from "../terminal/amounts.ts";
import { byRank } from "./account_section.ts";
import { countText } from "./quota_section.ts";
import type { Section } from "./section.ts";
import { untilText } from "./status_times.ts";

/** How a key is, the worst state first. */
export const KEY_CONDITIONS = ["at a limit", "expired", "disabled", "valid"] as const;

/** The condition of a key. */
export function keyConditionOf(
  { state, limits, callsInFlight, maxConcurrent = Infinity }: KeyStatus,
): (typeof KEY_CONDITIONS)[number] {
  if (state !== "valid") return state;
  const isFull = limits.some(({ left }) => left <= 0) || callsInFlight >= maxConcurrent;
  return isFull ? "at a limit" : "valid";
}

/** The table of what is left of each key's limits. */
export function keySection(keys: readonly KeyStatus[], nowMs: number): Section {
  return {
    headings: ["KEY", "STATE", "EXPIRES", "IN FLIGHT", "LEFT"],
    optional: ["EXPIRES"],
    isFolded: true,
    rows: byRank(keys, (key) => KEY_CONDITIONS.indexOf(keyConditionOf(key))).map((key) => {
      const { name, state, expiresAt, callsInFlight, maxConcurrent, limits } = key;
      const most = maxConcurrent === undefined ? "" : ` of ${countText(maxConcurrent)}`;
      return {
        what: "key",
        cells: [
          oneLine(name, Infinity),
          keyConditionOf(key),
          expiresAt === undefined || state === "expired" ? "" : untilText(expiresAt, nowMs),
          `${callsInFlight}${most}`,
        ],
        note: byRank(limits, shareLeft).map((limit) => limitText(limit, nowMs)).join(", "),
      };
    }),
  };
}

function shareLeft({ left, limit }: LimitStatus): number {
  return left / limit;
}

/** As in `9 of 10 requests/minute`. */
function limitText(
  { unit, window, limit, left, leftAgainAt }: LimitStatus,
  nowMs: number,
): string {
  const until = leftAgainAt === undefined ? "" : ` until ${untilText(leftAgainAt, nowMs)}`;
  return unit === "usd"
    ? `${usdText(left)} of ${usdText(limit)}/${window}${until}`
    : `${countText(left)} of ${countText(limit)} ${unit}/${window}${until}`;
}
