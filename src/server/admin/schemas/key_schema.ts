/**
 * Client keys in the admin API.
 *
 * @module
 */
import * as z from "zod";
import { KEY_RIGHTS } from "../../../keys/client_key.ts";
import { keyStatusSchema } from "./status_schema.ts";

const texts = z.array(z.string());
const limit = z.int().exactOptional();

/** A client key as it is shown: without its text. */
export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  key: z.string().meta({ description: "The beginning and the end of the key" }),
  state: z.enum(["valid", "expired", "disabled"]),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().exactOptional(),
  formerValidUntil: z.iso.datetime().exactOptional().meta({
    description: "Until when the last of the keys that rotations replaced is valid as well",
  }),
  labels: texts,
  limits: z.object({
    requestsPerMinute: limit,
    tokensPerMinute: limit,
    requestsPerDay: limit,
    tokensPerDay: limit,
    tokensPerMonth: limit,
    maxConcurrent: limit,
    budget: z.object({ microUsd: z.int(), per: z.enum(["day", "month"]) }).exactOptional(),
  }),
  allow: texts,
  deny: texts,
  accounts: texts,
  may: z.array(z.enum(KEY_RIGHTS)).meta({ description: "What the key opens" }),
  status: keyStatusSchema.exactOptional(),
  warnings: texts.exactOptional(),
}).meta({ id: "Key" });

/** All client keys. */
export const keysSchema = z.object({
  keys: z.array(keySchema),
  unreadable: texts.meta({ description: "Names of stored keys that this version cannot read" }),
});

/** A key that was made or replaced. */
export const shownKeySchema = z.object({
  key: keySchema,
  text: z.string().meta({ description: "The key itself, which is shown only now" }),
  warnings: texts.exactOptional(),
});
