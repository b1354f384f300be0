/**
 * The errors of a request that a key's limits refuse.
 *
 * @see {@link https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto}
 * @module
 */
import ms from "ms";
import { isJsonObject } from "../../base/json.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { ClientKey } from "../client_key.ts";
import type { LimitWindow } from "./limit_windows.ts";

/** How long a client waits for its own calls in flight, in ms: nobody knows when one of them ends. */
export const BUSY_MS = 1000;

const UNITS: Readonly<Record<LimitWindow["unit"], (count: number) => string>> = {
  requests: (count) => `${count} requests`,
  tokens: (count) => `${count} tokens`,
  microUsd: (count) => `${count / 1_000_000} USD`,
};

/** A window that a request does not fit into, and how long until it does. */
export interface FullWindow {
  readonly window: LimitWindow;
  readonly waitMs: number;
  /** Whether it would fit if calls in flight had reserved nothing: it may fit when one of them has ended. */
  readonly isReserved: boolean;
}

/** The error of a request that does not fit into these windows. It tells the longest of the waits. */
export function overLimit(
  { name }: Pick<ClientKey, "name">,
  full: readonly FullWindow[],
): RpcError {
  const sorted = [...full].sort((one, other) => other.waitMs - one.waitMs);
  const [longest] = sorted;
  const waitMs = Math.max(1, Math.ceil(longest?.waitMs ?? 0));
  return new RpcError("RESOURCE_EXHAUSTED", messageOf(name, longest, waitMs), {
    retryAfterMs: waitMs,
    details: [quotaFailure(
      sorted.map((full) => ({ name, quotaId: quotaIdOf(full), limit: full.window.limit })),
    )],
  });
}

function messageOf(name: string, longest: FullWindow | undefined, waitMs: number): string {
  const of = longest === undefined ? "" : ` of ${described(longest.window)}`;
  if (longest?.isReserved) {
    return `The calls in flight of the key "${name}" have reserved what is left of its limit${of}. ` +
      "Try again when one of them has ended";
  }
  return `The key "${name}" has reached its limit${of}. Please retry in ${waitMs / 1000}s ` +
    `(${ms(waitMs, { long: true })})`;
}

/** What calls in flight reserved is no reason to wait for the next day: gemini-cli would, if it read `PerDay`. */
function quotaIdOf({ window: { quotaId, unit }, isReserved }: FullWindow): string {
  if (!isReserved) return quotaId;
  return unit === "microUsd" ? "PolluxReservedBudgetPerKey" : "PolluxReservedTokensPerKey";
}

/** The error of a request of a key with as many calls in flight as it may have. */
export function tooManyCalls({ name }: Pick<ClientKey, "name">, limit: number): RpcError {
  return new RpcError(
    "RESOURCE_EXHAUSTED",
    `The key "${name}" has ${limit} ${limit === 1 ? "call" : "calls"} in flight, the most that ` +
      "it may have. Try again when one of them has ended",
    {
      retryAfterMs: BUSY_MS,
      details: [quotaFailure([{ name, quotaId: "PolluxConcurrentRequestsPerKey", limit }])],
    },
  );
}

/** The error of a call to a model whose price is not known, of a key that has a budget. */
export function unknownPrice({ name }: Pick<ClientKey, "name">, model: string): RpcError {
  const why = model === ""
    ? "this call does not say which model it uses. Name the model in a call of its own, or ask the administrator of " +
      "this gateway for a key without a budget"
    : `the price of the model "${model}" is not known. Ask the administrator of this gateway to add the price to ` +
      "prices.models";
  return new RpcError("PERMISSION_DENIED", `The key "${name}" has a budget, and ${why}`);
}

/**
 * The quotaId of the limit above that an error is about, the one with the longest wait; undefined if it is about none.
 * Google's errors are not trusted to have details of the right types.
 */
export function keyLimitOf({ status, details }: RpcError): string | undefined {
  if (status !== "RESOURCE_EXHAUSTED") return undefined;
  for (const { violations } of details) {
    if (!Array.isArray(violations)) continue;
    for (const violation of violations) {
      const quotaId = isJsonObject(violation) ? violation["quotaId"] : undefined;
      if (typeof quotaId === "string" && quotaId.startsWith("Pollux")) return quotaId;
    }
  }
  return undefined;
}

function described({ unit, per, limit }: LimitWindow): string {
  return `${UNITS[unit](limit)} per ${per}`;
}

function quotaFailure(
  violations: readonly {
    readonly name: string;
    readonly quotaId: string;
    readonly limit: number;
  }[],
) {
  return {
    "@type": "type.googleapis.com/google.rpc.QuotaFailure",
    violations: violations.map(({ name, quotaId, limit }) => ({
      subject: `key:${name}`,
      description: `A limit of the key "${name}" at this gateway`,
      quotaId,
      quotaValue: String(limit),
    })),
  };
}
