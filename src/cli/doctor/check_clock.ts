/**
 * Compares this machine's clock with those of the upstreams.
 *
 * @module
 */
import type { Finding } from "./finding.ts";
import type { Probe } from "./probe_upstream.ts";

const CHECK = "clock";

/** The deviation that is tolerated, in ms. */
const MOST_SKEW_MS = 30_000;

/** Uses the upstream whose clock deviates least, since a single upstream's clock may be wrong. */
export function checkClock(probes: readonly Probe[]): readonly Finding[] {
  const skews = probes
    .map((probe) => probe.isReached ? probe.aheadMs : undefined)
    .filter((aheadMs) => aheadMs !== undefined)
    .toSorted((one, other) => Math.abs(one) - Math.abs(other));
  const [aheadMs] = skews;
  if (aheadMs === undefined) {
    const message = "Not compared: no upstream sent its time";
    return [{ check: CHECK, severity: "note", message }];
  }
  if (Math.abs(aheadMs) <= MOST_SKEW_MS) {
    return [{ check: CHECK, severity: "ok", message: "It agrees with an upstream's clock" }];
  }
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  return [{
    check: CHECK,
    severity: "warning",
    message: `This machine's clock is ${seconds} s ${
      aheadMs > 0 ? "behind" : "ahead of"
    } upstream's`,
    remedy:
      "Set the clock, and let the system keep it right (NTP): Google refuses tokens that a wrong clock signs",
  }];
}
