/**
 * Tries several base URLs of one upstream in order.
 *
 * @module
 */
import type { AttemptBudget } from "./attempt_budget.ts";
import type { RetryClass } from "../gemini/api/methods.ts";
import { maySendAgain } from "./faults/may_send_again.ts";
import { UpstreamFault } from "./faults/upstream_fault.ts";

/** Origins, without trailing slash; never empty. */
export type BaseUrls = readonly string[];

/** Limits of the search for a working base URL. */
export interface SearchBounds {
  readonly signal: AbortSignal;
  /** Counts attempts and ends the search when none is left; absent for calls without a client. */
  readonly budget?: AttemptBudget;
  /** As in {@linkcode UpstreamCall}; absent for calls without a client. */
  readonly firstByteMs?: number;
  /** Whether a failed request may be retried at another base URL. Default: `anywhere`. */
  readonly retry?: RetryClass;
  /** The model that is called, if any. */
  readonly model?: string;
}

/**
 * Sends to each base URL in order until one can be reached and does not respond with 404, 408 or 5xx.
 *
 * @param baseUrls Where to send, in order.
 * @param attempt Sends to one of them.
 * @returns The first successful response.
 * @throws {UpstreamFault} The last base URL's fault, or the first that another base URL would not fix.
 */
export function onFirstWorkingBase<T>(
  baseUrls: BaseUrls,
  bounds: SearchBounds,
  attempt: (baseUrl: string) => Promise<T>,
): Promise<T> {
  const [only] = baseUrls;
  if (only === undefined || baseUrls.length > 1) return search(baseUrls, bounds, attempt);
  // Nearly every call has one base URL, which needs no search.
  bounds.budget?.take();
  return attempt(only);
}

async function search<T>(
  baseUrls: BaseUrls,
  bounds: SearchBounds,
  attempt: (baseUrl: string) => Promise<T>,
): Promise<T> {
  const { signal, budget } = bounds;
  let fault: unknown;
  for (const baseUrl of baseUrls) {
    if (fault !== undefined && (budget?.spent || signal.aborted)) break;
    budget?.take();
    try {
      return await attempt(baseUrl);
    } catch (error) {
      fault = error;
      if (!mayTryNextBase(error, bounds)) break;
    }
  }
  throw fault;
}

function mayTryNextBase(error: unknown, { retry }: SearchBounds): boolean {
  return error instanceof UpstreamFault && !error.isFinal &&
    (error.scope === "transient" || error.scope === "model") && maySendAgain(error, retry);
}

/** Whether a request may be sent twice at the same time, or again after its connection died. */
export function mayRepeat({ retry = "anywhere" }: SearchBounds): boolean {
  return retry === "anywhere";
}
