/**
 * The response of `GET /admin/explain/ID` and `GET /admin/v1/calls/ID`.
 *
 * @module
 */
import * as z from "zod";
import type { Explanation } from "../../explain/explanation.ts";

const tokens = z.number();

const partsSchema = z.record(z.string(), tokens);

const usageSchema = z.object({
  prompt: tokens,
  cached: tokens,
  tool: tokens,
  candidates: tokens,
  thoughts: tokens,
  total: tokens,
  modalities: z.object({
    prompt: partsSchema.exactOptional(),
    cached: partsSchema.exactOptional(),
    tool: partsSchema.exactOptional(),
    candidates: partsSchema.exactOptional(),
  }).exactOptional(),
});

const passedOverSchema = z.object({
  account: z.string(),
  why: z.enum([
    ...["cooling", "last-resort", "busy", "probed", "unlisted", "method", "model"] as const,
    ...["not-allowed", "tried", "disabled", "other-account", "conversation"] as const,
    ...["later-use", "priority", "load", "quota", "turn"] as const,
  ]),
  until: z.iso.datetime().exactOptional(),
  error: z.string().exactOptional(),
});

const passedOverList = { passedOver: z.array(passedOverSchema), more: z.number() };

const attemptSchema = z.object({
  account: z.string(),
  by: z.enum(["resource", "conversation", "strategy"]),
  startMs: z.number(),
  ms: z.number().exactOptional(),
  status: z.number().exactOptional(),
  error: z.string().exactOptional(),
  delayMs: z.number().exactOptional(),
  requests: z.number(),
  ...passedOverList,
});

const decisionSchema = z.discriminatedUnion("by", [
  z.object({
    by: z.literal("resource"),
    resource: z.string(),
    account: z.string(),
    found: z.enum(["recorded", "asked"]),
  }),
  z.object({ by: z.literal("conversation"), account: z.string() }),
  z.object({ by: z.literal("strategy"), left: z.string().exactOptional() }),
  z.object({ by: z.literal("list") }),
]);

/** Parses an {@linkcode Explanation}. */
export const explanationSchema: z.ZodType<Explanation> = z.object({
  id: z.string(),
  startedAt: z.iso.datetime(),
  outcome: z.enum([
    ...["running", "ok", "access", "limit", "refused", "no-account", "account"] as const,
    "client-left",
  ]),
  status: z.number().exactOptional(),
  error: z.string().exactOptional(),
  durationMs: z.number().exactOptional(),
  firstByteMs: z.number().exactOptional(),
  key: z.object({ id: z.string(), name: z.string() }),
  method: z.string(),
  operation: z.string().exactOptional(),
  request: z.string().exactOptional(),
  model: z.string().exactOptional(),
  account: z.string().exactOptional(),
  conversation: z.object({
    id: z.string(),
    found: z.enum(["header", "body", "content", "uploads"]),
  }).exactOptional(),
  decision: decisionSchema.exactOptional(),
  attempts: z.array(attemptSchema),
  rotations: z.number(),
  gaveUp: z.string().exactOptional(),
  ...passedOverList,
  waits: z.array(z.object({
    for: z.enum(["memory", "owner", "busy", "back-off", "body", "account"]),
    startMs: z.number(),
    ms: z.number(),
    account: z.string().exactOptional(),
  })),
  bytesIn: z.number(),
  bytesOut: z.number(),
  tokens: usageSchema.exactOptional(),
  costUsd: z.number().exactOptional(),
}).meta({ id: "Explanation" });
