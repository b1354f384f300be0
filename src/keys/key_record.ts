/**
 * Converts client keys to rows and back.
 *
 * @module
 */
import * as z from "zod";
import type { ClientKeyRow } from "../base/stored/client_key_row.ts";
import { defined } from "../base/defined.ts";
import { type ClientKey, hasRight, KEY_RIGHTS } from "./client_key.ts";

/** Precedes the digest of a key that may not call: versions that know no rights cannot read such a row. */
const NO_CALLS = "no-calls:";

const count = z.int().positive().optional();
const texts = z.array(z.string()).default([]);

/** The fields of a row. A row without its digest opens nothing. */
const FIELDS = z.object({
  digest: z.string().regex(/^(?:no-calls:)?[0-9a-f]{64}$/),
  hint: z.string().default(""),
  createdAtMs: z.number(),
  expiresAtMs: z.number().optional(),
  isDisabled: z.boolean().default(false),
  labels: texts,
  limits: z.object({
    requestsPerMinute: count,
    tokensPerMinute: count,
    requestsPerDay: count,
    tokensPerDay: count,
    tokensPerMonth: count,
    maxConcurrent: count,
    budget: z.object({ microUsd: z.int().positive(), per: z.enum(["day", "month"]) }).optional(),
  }).default({}),
  allow: texts,
  deny: texts,
  accounts: texts,
  may: z.array(z.enum(KEY_RIGHTS)).min(1).optional(),
  formers: z.array(z.object({ digest: z.string(), untilMs: z.number() })).default([]),
});

/** Reads a row; undefined if this version cannot, so that such a key opens nothing. */
export function keyOfRow({ id, name, fields }: ClientKeyRow): ClientKey | undefined {
  const read = FIELDS.safeParse(fields);
  if (!read.success) return undefined;
  const { expiresAtMs, may, digest, limits: { budget, ...limits }, ...rest } = read.data;
  return {
    ...rest,
    id,
    name,
    digest: digest.replace(NO_CALLS, ""),
    limits: { ...defined(limits), ...defined({ budget }) },
    ...defined({ expiresAtMs, may }),
  };
}

/**
 * Writes a key as a row.
 *
 * @param before The fields so far: members that this version does not know are kept.
 */
export function rowOfKey(key: ClientKey, before: ClientKeyRow["fields"] = {}): ClientKeyRow {
  const { id, name, digest, ...fields } = key;
  const marked = hasRight(key, "calls") ? digest : NO_CALLS + digest;
  const known: ReadonlySet<string> = new Set(Object.keys(FIELDS.shape));
  const unknown = Object.entries(before).filter(([field]) => !known.has(field));
  return { id, name, fields: { ...Object.fromEntries(unknown), ...fields, digest: marked } };
}
