/**
 * Cool-downs as stored state: of which account and key, since when, for how long and why.
 *
 *     ["v1", "cool_down", account id, cool-down key]
 *       → { kind, startMs, lengthMs, untilMs, reason, step, refusal? }
 *
 * The key is empty for the whole account. Pollux 0.1.0 reads `untilMs` and writes no `startMs` and
 * `lengthMs`: a row without them starts when it is read.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { isJsonObject } from "../../base/json.ts";
import type { Keeper, KeptKind, KeptRows } from "../../base/stored/kept.ts";
import type { KeptCoolDown } from "./cool_down.ts";
import { type FailureKind, isFailureKind, type Refusal } from "./failure.ts";
import { Pool } from "../pool.ts";
import type { PoolOptions } from "../pool_options.ts";

/** The value of a row, whose key holds the account and the cool-down's key. */
export type KeptRest = Omit<KeptCoolDown, "accountId" | "cooldownKey">;

/** Longest stored reason, in characters: upstream's error message can quote a request. */
const LONGEST_REASON = 1000;

/** Cool-downs with longer keys, in characters, are not stored: clients can invent keys. */
const LONGEST_KEY = 200;

/**
 * The kind of row. The pool decides which cool-downs are over, since it knows which clock to trust.
 *
 * @example A cool-down of an hour that is written a quarter of an hour late
 * ```ts
 * import assert from "node:assert/strict";
 * import { COOL_DOWNS } from "./kept_cool_downs.ts";
 *
 * const MINUTE_MS = 60_000;
 * const rest = {
 *   kind: "quota" as const,
 *   startMs: 0,
 *   lengthMs: 60 * MINUTE_MS,
 *   reason: "Quota exceeded",
 *   step: 0,
 * };
 * assert.equal(COOL_DOWNS.leftMs(rest, 15 * MINUTE_MS), 45 * MINUTE_MS);
 * ```
 */
export const COOL_DOWNS: KeptKind<KeptRest> = {
  name: "cool_down",
  label: "cool-downs",
  ifUnread: "accounts that rest may be asked",
  leftMs: ({ startMs, lengthMs }, nowMs) => Math.min(lengthMs, startMs + lengthMs - nowMs),
  encode(rest, nowMs) {
    const { kind, reason, step, refusal } = rest;
    const untilMs = rest.startMs + rest.lengthMs;
    const lengthMs = COOL_DOWNS.leftMs(rest, nowMs);
    return {
      kind,
      // If the store was unreachable, the row is written late. Its start is then now, as its readers assume.
      startMs: untilMs - lengthMs,
      lengthMs,
      untilMs,
      reason: reason.slice(0, LONGEST_REASON),
      step,
      ...defined({ refusal: refusal && { code: refusal.code, status: refusal.status } }),
    };
  },
  decode(stored, nowMs) {
    if (!isJsonObject(stored)) return undefined;
    const { untilMs, reason, step } = stored;
    const kind = kindIn(stored["kind"]);
    if (kind === undefined || typeof untilMs !== "number") return undefined;
    if (typeof reason !== "string" || typeof step !== "number") return undefined;
    const { startMs = nowMs, lengthMs = untilMs - nowMs } = stored;
    if (typeof startMs !== "number" || typeof lengthMs !== "number") return undefined;
    const refusal = refusalIn(stored["refusal"]);
    return { kind, startMs, lengthMs, reason, step, ...defined({ refusal }) };
  },
  note: { field: "coolDowns" },
};

/** Creates a {@linkcode Pool} with stored cool-downs, whose rows must be restored before its accounts. */
export function keptPool(
  options: Omit<PoolOptions, "coolDownSink">,
  keeper: Keeper,
): { readonly pool: Pool; readonly coolDowns: Pick<KeptRows<KeptRest>, "restore"> } {
  const coolDowns = keeper.open(COOL_DOWNS, {
    restore: (rows) => pool.restore(rows.map(({ key, value }) => toCoolDown(key, value))),
    adopt(changes, { isNews }) {
      for (const { key: [accountId = "", cooldownKey = ""], value } of changes) {
        if (value === undefined) pool.adoptHealing(accountId, cooldownKey);
        else if (isNews) pool.adopt({ accountId, cooldownKey, ...value });
        else pool.adoptOld({ accountId, cooldownKey, ...value });
      }
    },
  });
  const pool = new Pool({
    ...options,
    coolDownSink: {
      cool({ accountId, cooldownKey, ...rest }) {
        if (cooldownKey.length <= LONGEST_KEY) coolDowns.put([accountId, cooldownKey], rest);
      },
      heal: (accountId, cooldownKey) => coolDowns.delete([accountId, cooldownKey]),
    },
  });
  const { quotas } = options;
  if (quotas !== undefined) quotas.onChange = (accountId) => pool.offersChanged(accountId);
  return { pool, coolDowns };
}

function toCoolDown(
  [accountId = "", cooldownKey = ""]: readonly string[],
  rest: KeptRest,
): KeptCoolDown {
  return { accountId, cooldownKey, ...rest };
}

/** Pollux 0.1.0 called transient failures "passing". */
function kindIn(stored: unknown): FailureKind | undefined {
  if (stored === "passing") return "transient";
  return typeof stored === "string" && isFailureKind(stored) ? stored : undefined;
}

function refusalIn(value: unknown): Refusal | undefined {
  if (!isJsonObject(value)) return undefined;
  const { code, status } = value;
  return typeof code === "number" && typeof status === "string" ? { code, status } : undefined;
}
