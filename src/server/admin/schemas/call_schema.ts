/**
 * Calls in the admin API: rows of a list, and events.
 *
 * @module
 */
import * as z from "zod";
import { METHOD_NAMES } from "../../../gemini/api/methods.ts";

const example = METHOD_NAMES[0];

/** A call in a list. */
export const callRowSchema = z.object({
  id: z.string().meta({ description: 'The "x-request-id" of the response' }),
  at: z.iso.datetime().meta({ description: "When the request arrived" }),
  key: z.string().meta({
    description: 'The name of the client key; "open" without a key, "default" with auth.api_key',
  }),
  method: z.string().meta({
    description: `As in "${example}"; empty for a request that was refused before it was known`,
  }),
  operation: z.string().exactOptional().meta({
    description:
      'The operation of another API that was translated to the method, as in "openai.chat"',
  }),
  model: z.string().meta({ description: "After aliasing; empty if the call names none" }),
  account: z.string().meta({ description: "Of the last attempt; empty if there was none" }),
  status: z.int().meta({ description: "The HTTP status; 0 while the call runs" }),
  attempts: z.int(),
  firstByteMs: z.number().exactOptional(),
  ms: z.number().exactOptional().meta({ description: "Until the last byte" }),
  tokens: z.object({
    prompt: z.number(),
    cached: z.number(),
    tool: z.number(),
    thoughts: z.number(),
    output: z.number(),
  }).exactOptional().meta({ description: "As Google counted them; absent if it did not" }),
  costUsd: z.number().exactOptional().meta({
    description: "Estimated; absent if tokens or price are not known",
  }),
  error: z.string().exactOptional(),
}).meta({ id: "Call" });

/** A call in a list. */
export type CallRow = z.output<typeof callRowSchema>;
