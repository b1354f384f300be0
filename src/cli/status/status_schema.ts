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

const accountSchema = z.object({
  name: z.string(),
  kind: z.enum(ACCOUNT_KINDS),
  state: z.enum(["available", "busy", "cooling", "probing", "disabled"]),
  why: z.string().exactOptional(),
  until: z.iso.datetime().exactOptional(),
  models: z.array(modelSchema),
  callsInFlight: z.number(),
  lastSuccess: z.iso.datetime().exactOptional(),
  lastFailure: z.iso.datetime().exactOptional(),
});

/** Parses a {@linkcode GatewayStatus}. */
export const statusSchema: z.ZodType<GatewayStatus> = z.object({
  accounts: z.array(accountSchema),
  waitingCalls: z.number(),
});
