/**
 * Sealed values of kept state: `{ sealed, untilMs? }` in a row under `["v1", "sealed"]`, in the format of
 * `long_value.ts`. The expiry is not sealed, so that rows can be resealed without the declaration of
 * their kind.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { isJsonObject, parsedJson } from "../../base/json.ts";
import type { Database } from "../database/database.ts";
import { keyIdOf } from "../sealing/seal.ts";
import type { Sealing } from "../sealing/sealing.ts";
import { encodeLong, putLong, readLong } from "./long_value.ts";

/** Prefix of all sealed rows, whatever their kind. */
export const SEALED = ["v1", "sealed"] as const;

/** A value's key and expiry, in ms since the epoch; undefined for no expiry. */
interface SealedPlace {
  readonly key: Deno.KvKey;
  readonly untilMs: number | undefined;
}

/** Seals a value, and returns what to store in its row. */
export async function sealValue(
  sealing: Sealing,
  value: unknown,
  { key, untilMs }: SealedPlace,
): Promise<unknown> {
  const sealed = await sealing.seal(JSON.stringify(value), rowIdOf(key));
  return { sealed, ...defined({ untilMs }) };
}

/** Opens a stored value; undefined if it cannot be opened, or was sealed for another row. */
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
 * Reseals under the current key every kept value that is sealed under another one. A value that cannot
 * be opened stays unchanged.
 *
 * @param nowMs In ms since the epoch.
 */
export async function resealValues(
  database: Database,
  sealing: Sealing,
  nowMs: number,
): Promise<void> {
  for await (const entries of database.batches({ prefix: SEALED })) {
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
  // A changed clock makes a row expire early or late, as on the machine that wrote it.
  const expireIn = untilMs === undefined ? undefined : Math.max(1, untilMs - nowMs);
  const committed = await database.commit((transaction) => {
    transaction.check(entry, sealingEntry);
    putLong(transaction, key, { bytes, ...defined({ expireIn }) });
  });
  return committed || undefined;
}

/** The data that is bound into a sealed value, so that it can be opened only in its own row. */
function rowIdOf(key: Deno.KvKey): string {
  return key.slice(SEALED.length).join("/");
}
