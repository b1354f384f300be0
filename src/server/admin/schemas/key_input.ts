/**
 * Requests of the admin API that make or change client keys. In a change, null removes a value.
 *
 * @module
 */
import * as z from "zod";
import { NO_TIME_SPAN, timeSpan } from "../../../base/time_span.ts";
import { KEY_RIGHTS } from "../../../keys/client_key.ts";
import { countInput, labelsInput, nameInput, patternsInput } from "./inputs.ts";

/** The largest budget, in millionths of a US dollar: more is not a whole number any more. */
const MOST_BUDGET = 1e15;

const budget = z.strictObject({
  microUsd: countInput.max(MOST_BUDGET, "It is too large").meta({
    description: "In millionths of a US dollar",
  }),
  per: z.enum(["day", "month"], "It must be day or month"),
});

const limits = {
  requestsPerMinute: countInput,
  tokensPerMinute: countInput,
  requestsPerDay: countInput,
  tokensPerDay: countInput,
  tokensPerMonth: countInput,
  maxConcurrent: countInput,
  budget,
};

const WHEN = "It must be a time in RFC 3339, as in 2027-01-31T00:00:00Z";

const settings = {
  labels: labelsInput,
  allow: patternsInput.meta({ description: "Only these models" }),
  deny: patternsInput.meta({ description: "Never these models" }),
  accounts: labelsInput.meta({ description: "Only accounts with one of these names or labels" }),
  may: z.array(z.enum(KEY_RIGHTS, `It must be one of ${KEY_RIGHTS.join(", ")}`))
    .min(1, "It must have an entry").max(KEY_RIGHTS.length).meta({
      description: "What the key opens. Default: calls",
    }),
  expiresAt: z.iso.datetime({ offset: true, error: WHEN }),
};

/** The body that makes a key. */
export const newKeyInput = z.strictObject({
  name: nameInput,
  ...z.strictObject(settings).partial().shape,
  limits: z.strictObject(limits).partial().optional(),
});

/** The body that changes a key. */
export const keyChangeInput = z.strictObject({
  name: nameInput.optional(),
  labels: settings.labels.nullish(),
  allow: settings.allow.nullish(),
  deny: settings.deny.nullish(),
  accounts: settings.accounts.nullish(),
  may: settings.may.nullish(),
  expiresAt: settings.expiresAt.nullish(),
  limits: z.strictObject({
    requestsPerMinute: countInput.nullish(),
    tokensPerMinute: countInput.nullish(),
    requestsPerDay: countInput.nullish(),
    tokensPerDay: countInput.nullish(),
    tokensPerMonth: countInput.nullish(),
    maxConcurrent: countInput.nullish(),
    budget: budget.nullish(),
  }).optional(),
});

/** How long a replaced text is valid as well, unless the request says otherwise. */
export const USUAL_GRACE = "24h";

/** The body that replaces the text of a key. */
export const rotationInput = z.strictObject({
  grace: z.string(NO_TIME_SPAN).refine((text) => timeSpan(text) !== undefined, NO_TIME_SPAN)
    .default(USUAL_GRACE).meta({ description: "How long the former text is valid as well" }),
}).optional();
