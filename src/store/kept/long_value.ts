/**
 * Values that may be longer than a row of Deno KV, whose limit is 65,536 bytes:
 *
 *     ["v1", …]               → [value], or the length in bytes of a split value
 *     ["v1", "part", …, "0"]  → the first bytes of `[value]`
 *
 * All rows of a value are written in one transaction and read in one snapshot, so no reader sees a mix.
 *
 * @module
 */
import { joinBytes } from "../../base/join_bytes.ts";
import type { Database, Entry } from "../database/database.ts";
import { decodeValue, encodeValue } from "../database/stored_value.ts";
import type { Transaction } from "../database/transaction.ts";

/** Most bytes of a row. */
export const ROW_BYTES = 60_000;

/** Most parts: with the first row they are the ten rows that Deno KV can read in one snapshot. */
const MOST_PARTS = 9;

/** Longest value, in bytes of JSON with its brackets: a transaction's limit is 819,200. */
export const LONGEST_VALUE = MOST_PARTS * ROW_BYTES;

/** How many mutations of a transaction one value needs. */
export const LONG_MUTATIONS = 1 + MOST_PARTS;

/** Replaces a value. `bytes`: from {@linkcode encodeLong}. */
export function putLong(
  transaction: Transaction,
  key: Deno.KvKey,
  { bytes, ...options }: { readonly bytes: Uint8Array; readonly expireIn?: number },
): void {
  const isSplit = bytes.length > ROW_BYTES;
  transaction.set(key, isSplit ? encodeValue(bytes.length) : bytes, options);
  const count = isSplit ? partCount(bytes.length) : 0;
  for (const [nth, partKey] of partKeys(key, MOST_PARTS).entries()) {
    const part = bytes.subarray(nth * ROW_BYTES, (nth + 1) * ROW_BYTES);
    if (nth < count) transaction.set(partKey, part, options);
    else transaction.delete(partKey);
  }
}

/** Deletes a value. */
export function deleteLong(transaction: Transaction, key: Deno.KvKey): void {
  transaction.delete(key);
  for (const partKey of partKeys(key, MOST_PARTS)) transaction.delete(partKey);
}

/** Encodes a value for {@linkcode putLong}. */
export function encodeLong(value: unknown): Uint8Array {
  return encodeValue([value]);
}

/**
 * Reads the value of an entry.
 *
 * @returns Undefined if there is none, or it is incomplete.
 */
export async function readLong(database: Database, entry: Entry): Promise<unknown> {
  let head: Entry | undefined = entry;
  return (await database.settle(async () => {
    const { key, versionstamp, value } = head ?? await database.get(entry.key);
    head = undefined;
    if (typeof value !== "number") return { value: contentOf(value) };
    const keys = [key, ...partKeys(key, Math.min(partCount(value), MOST_PARTS))];
    const [again, ...parts] = await database.getBytes(keys);
    // The value was replaced meanwhile.
    if (again?.versionstamp !== versionstamp) return undefined;
    return { value: contentOf(decodeValue(joinBytes(parts.map(({ bytes }) => bytes)))) };
  })).value;
}

function contentOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}

function partCount(length: number): number {
  return Math.ceil(length / ROW_BYTES);
}

function partKeys(key: Deno.KvKey, count: number): readonly Deno.KvKey[] {
  const [version = "", ...rest] = key;
  return Array.from({ length: count }, (_, nth) => [version, "part", ...rest, String(nth)]);
}
