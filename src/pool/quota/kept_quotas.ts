/**
 * The accounts' quotas as stored state:
 *
 *     ["v1", "quota", account id, model, window, unit]
 *       → { limit?, used, resetsAtMs?, statedAtMs, source, isSpent }
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import { defined } from "../../base/defined.ts";
import { isJsonObject } from "../../base/json.ts";
import type { Keeper, KeptKind, KeptRows } from "../../base/stored/kept.ts";
import { type QuotaName, WINDOW_MS, type WindowName } from "./quota_statement.ts";
import { FORGET_QUOTA_MS, type KeptQuota, type QuotaSource } from "./quota_window.ts";
import { Quotas } from "./quotas.ts";

/** Quotas of models with longer names, in characters, are not stored: clients can invent names. */
const LONGEST_MODEL = 200;

const SOURCES: readonly QuotaSource[] = ["google", "refusal", "own_counts"];

/** The kind of row. */
export const QUOTAS: KeptKind<KeptQuota> = {
  name: "quota",
  label: "quotas",
  ifUnread: "what is left of them is not known until upstream says it again",
  leftMs: ({ statedAtMs }, nowMs) => statedAtMs + FORGET_QUOTA_MS - nowMs,
  encode: (kept) => kept,
  decode(stored) {
    if (!isJsonObject(stored)) return undefined;
    const { limit, used, resetsAtMs, statedAtMs, source, isSpent } = stored;
    if (typeof used !== "number" || typeof statedAtMs !== "number") return undefined;
    const known = SOURCES.find((name) => name === source);
    if (known === undefined) return undefined;
    return {
      used,
      statedAtMs,
      source: known,
      isSpent: isSpent === true,
      ...defined({ limit: numberIn(limit), resetsAtMs: numberIn(resetsAtMs) }),
    };
  },
};

/** Creates stored {@linkcode Quotas}, and their rows. */
export function keptQuotas(
  keeper: Keeper,
  clock: WallClock,
): { readonly quotas: Quotas; readonly rows: Pick<KeptRows<KeptQuota>, "restore"> } {
  const rows = keeper.open(QUOTAS, {
    restore(kept) {
      for (const { key, value } of kept) adopt(key, value);
    },
    adopt(changes) {
      for (const { key, value } of changes) adopt(key, value);
    },
  });
  function adopt([accountId = "", ...rest]: readonly string[], value: KeptQuota | undefined): void {
    const name = nameOf(rest);
    if (name === undefined) return;
    if (value === undefined) quotas.drop(accountId, name);
    else quotas.adopt(accountId, name, value);
  }
  const quotas = new Quotas({
    clock,
    sink: {
      put(accountId, name, kept) {
        if (name.model.length <= LONGEST_MODEL) rows.put(keyOf(accountId, name), kept);
      },
      delete: (accountId, name) => rows.delete(keyOf(accountId, name)),
    },
  });
  return { quotas, rows };
}

function keyOf(accountId: string, { model, window, unit }: QuotaName): readonly string[] {
  return [accountId, model, window, unit];
}

function nameOf([model = "", window = "", unit]: readonly string[]): QuotaName | undefined {
  if (!isWindow(window) || (unit !== "requests" && unit !== "tokens")) return undefined;
  return { model, window, unit };
}

function isWindow(name: string): name is WindowName {
  return Object.hasOwn(WINDOW_MS, name);
}

function numberIn(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
