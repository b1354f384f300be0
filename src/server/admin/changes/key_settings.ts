/**
 * The settings of a client key that a request of the admin API asks for.
 *
 * @module
 */
import type * as z from "zod";
import { defined } from "../../../base/defined.ts";
import type { ClientKey, KeyLimits } from "../../../keys/client_key.ts";
import { END_OF_TIME_MS, type KeySettings } from "../../../keys/key_book.ts";
import { invalid } from "../checked.ts";
import { patternsOf } from "../schemas/inputs.ts";
import type { keyChangeInput, newKeyInput } from "../schemas/key_input.ts";

/** A change; null removes a value, what is absent stays. */
export type KeyChange = z.output<typeof keyChangeInput>;

/**
 * The settings of a new key.
 *
 * @param nowMs In ms since the epoch.
 * @throws {RpcError} INVALID_ARGUMENT if it would have expired already.
 */
export function newKeySettings(asked: z.output<typeof newKeyInput>, nowMs: number): KeySettings {
  const { name } = asked;
  const nothing = { name, labels: [], limits: {}, allow: [], deny: [], accounts: [] };
  return changedKeySettings(nothing, { change: asked, nowMs });
}

/** The key with a change. */
export function changedKey(
  key: ClientKey,
  by: { readonly change: KeyChange; readonly nowMs: number },
): ClientKey {
  const { expiresAtMs: _expiresAtMs, may: _may, ...rest } = key;
  return { ...rest, ...changedKeySettings(key, by) };
}

function changedKeySettings(
  settings: KeySettings,
  { change, nowMs }: { readonly change: KeyChange; readonly nowMs: number },
): KeySettings {
  return {
    name: change.name ?? settings.name,
    labels: [...new Set(changed(change.labels, settings.labels) ?? [])],
    allow: patternsOf(changed(change.allow, settings.allow) ?? []),
    deny: patternsOf(changed(change.deny, settings.deny) ?? []),
    accounts: [...new Set(changed(change.accounts, settings.accounts) ?? [])],
    limits: changedLimits(settings.limits, change.limits ?? {}),
    ...defined({
      may: changed(change.may, settings.may),
      expiresAtMs: changed(momentOf(change.expiresAt, nowMs), settings.expiresAtMs),
    }),
  };
}

function changedLimits(
  limits: KeyLimits,
  change: NonNullable<KeyChange["limits"]>,
): KeyLimits {
  return defined({
    requestsPerMinute: changed(change.requestsPerMinute, limits.requestsPerMinute),
    tokensPerMinute: changed(change.tokensPerMinute, limits.tokensPerMinute),
    requestsPerDay: changed(change.requestsPerDay, limits.requestsPerDay),
    tokensPerDay: changed(change.tokensPerDay, limits.tokensPerDay),
    tokensPerMonth: changed(change.tokensPerMonth, limits.tokensPerMonth),
    budget: changed(change.budget, limits.budget),
    maxConcurrent: changed(change.maxConcurrent, limits.maxConcurrent),
  });
}

/** The value after a change. */
function changed<Value>(
  value: Value | null | undefined,
  soFar: Value | undefined,
): Value | undefined {
  return value === null ? undefined : value ?? soFar;
}

function momentOf(text: string | null | undefined, nowMs: number): number | null | undefined {
  if (typeof text !== "string") return text;
  const atMs = Date.parse(text);
  if (atMs > nowMs && atMs < END_OF_TIME_MS) return atMs;
  const description = atMs > nowMs
    ? "It must be before the year 10000"
    : "It must be in the future";
  throw invalid([{ field: "expiresAt", description }]);
}
