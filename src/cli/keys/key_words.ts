/**
 * Limits and models of client keys in words, for tables.
 *
 * @module
 */
import type { KeyLimits } from "../../keys/client_key.ts";
import type { KeyView } from "../../keys/key_view.ts";

/** The limits in words, as in `60 requests/min, 2M tokens/day`. */
export function limitWords(limits: KeyLimits): string {
  const { requestsPerMinute, tokensPerMinute, requestsPerDay, tokensPerDay, tokensPerMonth } =
    limits;
  const { budget, maxConcurrent } = limits;
  const words: readonly (string | undefined)[] = [
    requestsPerMinute && `${short(requestsPerMinute)} requests/min`,
    tokensPerMinute && `${short(tokensPerMinute)} tokens/min`,
    requestsPerDay && `${short(requestsPerDay)} requests/day`,
    tokensPerDay && `${short(tokensPerDay)} tokens/day`,
    tokensPerMonth && `${short(tokensPerMonth)} tokens/month`,
    budget && `${dollars(budget.microUsd)} USD/${budget.per}`,
    maxConcurrent && `${short(maxConcurrent)} at once`,
  ].map((word) => word || undefined);
  return words.filter((word) => word !== undefined).join(", ");
}

/** What a key may do, where that is not the usual; empty otherwise. */
export function rightWords({ may }: Pick<KeyView, "may">): string {
  if (!may.includes("metrics")) return "";
  return may.includes("calls") ? "calls and metrics" : "metrics alone";
}

/** The models that a key may use, as in `gemini-*, not *-pro`. */
export function modelWords({ allow, deny }: Pick<KeyView, "allow" | "deny">): string {
  return [allow.join(" "), ...(deny.length === 0 ? [] : [`not ${deny.join(" ")}`])]
    .filter((part) => part !== "").join(", ");
}

/** `2M` for 2,000,000, `500k` for 500,000. */
function short(count: number): string {
  if (count % 1_000_000 === 0) return `${count / 1_000_000}M`;
  return count % 1000 === 0 ? `${count / 1000}k` : String(count);
}

function dollars(microUsd: number): string {
  return String(microUsd / 1_000_000);
}
