/**
 * Sums of usage as JSON, for `pollux usage --json` and the admin API.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { PRICES_DATE } from "./prices.ts";
import { COUNT_NAMES, TOKEN_PARTS, type UsageCounts } from "./usage_counts.ts";
import type { UsageQuestion, UsageReport } from "./usage_report.ts";

const MICRO = 1_000_000;

/** The counts that programs get; the cost is apart, since it may be unknown. */
export const SHOWN_COUNTS = COUNT_NAMES.filter((name) => name !== "microUsd");

/** The report as JSON. */
export function usageJson(
  { total, lines }: UsageReport,
  { by, sinceMs, untilMs }: UsageQuestion,
): unknown {
  return {
    since: new Date(sinceMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    pricesOf: PRICES_DATE,
    total: sumsJson(total),
    lines: lines.map(({ values, keyId, sums }) => ({
      ...Object.fromEntries(by.map((dimension, nth) => [dimension, values[nth] ?? ""])),
      ...defined({ keyId }),
      ...sumsJson(sums),
    })),
  };
}

function sumsJson(sums: UsageCounts) {
  return {
    ...Object.fromEntries(SHOWN_COUNTS.map((name) => [name, sums.counts[name]])),
    costUsd: costUsd(sums),
    modalities: Object.fromEntries(TOKEN_PARTS.flatMap((part) => {
      const tokens = sums.modalities[part];
      return tokens === undefined ? [] : [[part, Object.fromEntries(tokens)]];
    })),
  };
}

/** The cost as far as it is known; null if nothing of it is: that is not 0. */
export function costUsd(sums: UsageCounts): number | null {
  const { microUsd } = sums.counts;
  // A short call costs less than a millionth.
  return microUsd === 0 && unknownCosts(sums) > 0
    ? null
    : Math.round(microUsd * 1000) / (MICRO * 1000);
}

/** How many calls cost an amount that is not known. */
export function unknownCosts({ counts: { notKnown, notPriced } }: UsageCounts): number {
  // Hours in which a batch is reported may have fewer than none.
  return notPriced + Math.max(0, notKnown);
}
