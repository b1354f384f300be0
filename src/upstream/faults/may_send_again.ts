/**
 * Whether a failed request may be retried: a request that creates something must not create it twice.
 *
 * @module
 */
import type { RetryClass } from "../../gemini/api/methods.ts";
import type { UpstreamFault } from "./upstream_fault.ts";

/**
 * Whether a failed request may be retried, with the same account or another.
 *
 * @param retry The method's class. Default: `anywhere`.
 */
export function maySendAgain(fault: UpstreamFault, retry: RetryClass = "anywhere"): boolean {
  switch (retry) {
    case "anywhere":
      return true;
    case "before_sent":
      return fault.isUndone;
    case "never":
      return false;
  }
}
