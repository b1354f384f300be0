/**
 * The response of `GET /admin/status`.
 *
 * @module
 */
import * as z from "zod";
import { ACCOUNT_KINDS } from "../../gemini/api/account_kinds.ts";
import type { GatewayStatus } from "../../server/gateway_status.ts";

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

const accountSchema = z.object({
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
});

const limitSchema = z.object({
  unit: z.enum(["requests", "tokens", "usd"]),
  window: z.enum(["minute", "day", "month"]),
  limit: z.number(),
  used: z.number(),
  left: z.number(),
  resetsAt: z.iso.datetime().exactOptional(),
  leftAgainAt: z.iso.datetime().exactOptional(),
});

const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(["valid", "expired", "disabled"]),
  expiresAt: z.iso.datetime().exactOptional(),
  callsInFlight: z.number(),
  maxConcurrent: z.number().exactOptional(),
  limits: z.array(limitSchema),
});

/** Parses a {@linkcode GatewayStatus}. */
export const statusSchema: z.ZodType<GatewayStatus> = z.object({
  accounts: z.array(accountSchema),
  waitingCalls: z.number(),
  keys: z.array(keySchema).prefault([]),
});
