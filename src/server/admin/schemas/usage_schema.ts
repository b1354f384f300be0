/**
 * The response of `GET /admin/v1/usage`.
 *
 * @module
 */
import * as z from "zod";
import { TOKEN_PARTS } from "../../../usage/usage_counts.ts";
import { SHOWN_COUNTS } from "../../../usage/usage_json.ts";
import { DIMENSIONS } from "../../../usage/usage_report.ts";

const count = z.number();

const sums = {
  ...Object.fromEntries(SHOWN_COUNTS.map((name) => [name, count])),
  costUsd: z.number().nullable().meta({
    description: "The cost as far as it is known; null if nothing of it is",
  }),
  modalities: z.object(
    Object.fromEntries(TOKEN_PARTS.map((part) => [
      part,
      z.record(z.string(), count).exactOptional(),
    ])),
  ).meta({ description: "Tokens by modality, where Google reports it" }),
};

const dimensions = Object.fromEntries(DIMENSIONS.map((name) => [name, z.string().exactOptional()]));

/** Sums of usage. */
export const usageSchema = z.object({
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  pricesOf: z.string().meta({ description: "The day of the listed prices" }),
  total: z.object(sums),
  lines: z.array(z.object({ ...dimensions, keyId: z.string().exactOptional(), ...sums })),
}).meta({ id: "Usage" });
