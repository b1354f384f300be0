/**
 * The quotas of the accounts in the status, those that are spent or run out first on top.
 *
 * @module
 */
import type { AccountStatus, QuotaStatus } from "../../server/gateway_status.ts";
import { oneLine } from "../../base/text/one_line.ts";
import { numberText } from "../terminal/amounts.ts";
import { byRank } from "./account_section.ts";
import type { Section } from "./section.ts";
import { shortUntilText } from "./status_times.ts";

/** The table of what is left, when it resets, and when it runs out at the present rate. */
export function quotaSection(accounts: readonly AccountStatus[], nowMs: number): Section {
  const quotas = accounts.flatMap(({ name, quota }) => quota.map((one) => ({ name, ...one })));
  return {
    headings: ["QUOTA OF", "MODEL", "LEFT", "RUNS OUT", "RESETS", ""],
    optional: ["RESETS"],
    elastic: ["QUOTA OF", "MODEL"],
    rows: byRank(quotas, rankOf).map(({ name, ...quota }) => ({
      what: "quota",
      cells: [
        oneLine(name, Infinity),
        oneLine(quota.model, Infinity) || "all",
        leftText(quota),
        runsOutText(quota, nowMs),
        quota.resetsAt === undefined ? "" : shortUntilText(quota.resetsAt, nowMs),
      ],
      note: "",
    })),
  };
}

/** The time when it is spent, in ms since the epoch; what lasts until its reset comes after that. */
function rankOf({ leftFraction, runsOutAt }: QuotaStatus): number {
  if (leftFraction <= 0) return 0;
  return runsOutAt === undefined ? 1e15 * (1 + leftFraction) : Date.parse(runsOutAt);
}

/** As in `37% (37 of 100 requests/day)`. */
function leftText({ leftFraction, limit, used, unit, window }: QuotaStatus): string {
  const percent = `${
    leftFraction > 0 && leftFraction < 0.01 ? "<1" : Math.floor(leftFraction * 100)
  }%`;
  if (limit === undefined) return `${percent} of ${unit}/${window}`;
  const left = Math.max(0, limit - (used ?? limit * (1 - leftFraction)));
  return `${percent} (${countText(left)} of ${countText(limit)} ${unit}/${window})`;
}

function runsOutText({ leftFraction, runsOutAt }: QuotaStatus, nowMs: number): string {
  if (leftFraction <= 0) return "spent";
  return runsOutAt === undefined ? "" : shortUntilText(runsOutAt, nowMs);
}

/** As in `1,200`. */
export function countText(count: number): string {
  return numberText(Math.floor(count));
}
