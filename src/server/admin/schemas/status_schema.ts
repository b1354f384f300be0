/**
 * The response of `GET /admin/status`, and that of the admin API.
 *
 * @module
 */
import * as z from "zod";
import { ACCOUNT_KINDS } from "../../../gemini/api/account_kinds.ts";
import type { GatewayStatus } from "../../gateway_status.ts";

const modelSchema = z.object({
  model: z.string(),
  state: z.enum(["cooling", "probing"]),
  why: z.string(),
  until: z.iso.datetime(),
  isLastResort: z.boolean(),
});

const quotaSchema = z.object({
  model: z.string(),
  window: z.enum(["minute", "5h", "day", "week"]),
  unit: z.enum(["requests", "tokens"]),
  limit: z.number().exactOptional(),
  used: z.number().exactOptional(),
  leftFraction: z.number(),
  resetsAt: z.iso.datetime().exactOptional(),
  runsOutAt: z.iso.datetime().exactOptional(),
  source: z.enum(["google", "refusal", "own_counts"]),
});

/** An account in a status. */
export const accountStatusSchema = z.object({
  name: z.string(),
  kind: z.enum(ACCOUNT_KINDS),
  state: z.enum(["available", "busy", "cooling", "probing", "disabled"]),
  why: z.string().exactOptional(),
  until: z.iso.datetime().exactOptional(),
  isLastResort: z.boolean().exactOptional(),
  models: z.array(modelSchema),
  // A gateway that was started before an update does not send it.
  quota: z.array(quotaSchema).prefault([]),
  callsInFlight: z.number(),
  lastSuccess: z.iso.datetime().exactOptional(),
  lastFailure: z.iso.datetime().exactOptional(),
}).meta({ id: "AccountStatus" });

const limitSchema = z.object({
  unit: z.enum(["requests", "tokens", "usd"]),
  window: z.enum(["minute", "day", "month"]),
  limit: z.number(),
  used: z.number(),
  left: z.number(),
  resetsAt: z.iso.datetime().exactOptional(),
  leftAgainAt: z.iso.datetime().exactOptional(),
});

/** A client key in a status. */
export const keyStatusSchema = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(["valid", "expired", "disabled"]),
  expiresAt: z.iso.datetime().exactOptional(),
  callsInFlight: z.number(),
  maxConcurrent: z.number().exactOptional(),
  limits: z.array(limitSchema),
}).meta({ id: "KeyStatus" });

const members = z.object({
  accounts: z.array(accountStatusSchema),
  waitingCalls: z.number(),
  keys: z.array(keyStatusSchema).prefault([]),
});

/** Parses a {@linkcode GatewayStatus}. */
export const statusSchema: z.ZodType<GatewayStatus> = members;

/** What happened within the last minute. */
const lastMinuteSchema = z.object({
  requests: z.number().meta({ description: "Calls that ended" }),
  errors: z.number(),
  tokens: z.number().meta({ description: "Of prompts and responses, thoughts included" }),
}).meta({ id: "LastMinute" });

/** The status in the admin API. */
export const fullStatusSchema = members.extend({
  version: z.string(),
  startedAt: z.iso.datetime(),
  addresses: z.array(z.string()).meta({ description: "Base URLs for clients on this machine" }),
  publicUrl: z.string().exactOptional().meta({ description: "The base URL for other machines" }),
  keyPolicy: z.object({
    asks: z.enum(["never", "forwarded", "always"]),
    words: z.string(),
  }).meta({ description: "When clients need a key" }),
  callsInFlight: z.number(),
  lastMinute: lastMinuteSchema,
}).meta({ id: "Status" });
