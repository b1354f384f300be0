/**
 * Sealed values of kept state: `{ sealed, untilMs? }` in a row under `["v1", "sealed"]`, in the form of
 * `long_value.ts`. When the row ends is not sealed: another key can take the place of the present one
 * without a look at what a kind declares.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { isJsonObject, parsedJson } from "../../base/json.ts";
import type { Database } from "../database/database.ts";
import { keyIdOf } from "../sealing/seal.ts";
import type { Sealing } from "../sealing/sealing.ts";
import { encodeLong, putLong, readLong } from "./long_value.ts";

/** Prefix of all rows that are sealed, whatever their kind. */
export const SEALED = ["v1", "sealed"] as const;

/** Where a value lies, and until when it lasts, in ms since the epoch; undefined for ever. */
interface SealedPlace {
  readonly key: Deno.KvKey;
  readonly untilMs: number | undefined;
}

/** Seals a value for its row: what is stored there. */
export async function sealValue(
  sealing: Sealing,
  value: unknown,
  { key, untilMs }: SealedPlace,
): Promise<unknown> {
  const sealed = await sealing.seal(JSON.stringify(value), rowIdOf(key));
  return { sealed, ...defined({ untilMs }) };
}

/** Opens what is stored in a row; undefined where it does not open, or was sealed for another row. */
export async function openValue(
  sealing: Sealing,
  stored: unknown,
  key: Deno.KvKey,
): Promise<unknown> {
  if (!isJsonObject(stored) || typeof stored["sealed"] !== "string") return undefined;
  const text = await sealing.open(stored["sealed"], rowIdOf(key));
  return text === undefined ? undefined : parsedJson(text);
}

/**
 * Seals every kept value under the current key that is under another one. One that does not open stays
 * as it is.
 *
 * @param nowMs In ms since the epoch.
 */
export async function resealValues(
  database: Database,
  sealing: Sealing,
  nowMs: number,
): Promise<void> {
  for await (const entries of database.batches(SEALED)) {
    for (const { key } of entries) {
      await database.settle(() => resealValue(database, sealing, { key, nowMs }));
    }
  }
}

/** Undefined when another process was faster. */
async function resealValue(
  database: Database,
  sealing: Sealing,
  { key, nowMs }: { readonly key: Deno.KvKey; readonly nowMs: number },
): Promise<true | undefined> {
  const entry = await database.get(key);
  const stored = await readLong(database, entry);
  if (!isJsonObject(stored) || keyIdOf(String(stored["sealed"])) === sealing.keyId) return true;
  const value = await openValue(sealing, stored, key);
  if (value === undefined) return true;
  const untilMs = typeof stored["untilMs"] === "number" ? stored["untilMs"] : undefined;
  const { entry: sealingEntry } = sealing;
  const bytes = encodeLong(await sealValue(sealing, value, { key, untilMs }));
  // A clock that was set makes a row end early or late, as it does where the row was written.
  const expireIn = untilMs === undefined ? undefined : Math.max(1, untilMs - nowMs);
  const committed = await database.commit((transaction) => {
    transaction.check(entry, sealingEntry);
    putLong(transaction, key, { bytes, ...defined({ expireIn }) });
  });
  return committed || undefined;
}

/** What is bound into a sealed value, so that it opens in its own row only. */
function rowIdOf(key: Deno.KvKey): string {
  return key.slice(SEALED.length).join("/");
}
