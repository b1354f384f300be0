/**
 * Accounts in the admin API.
 *
 * @module
 */
import * as z from "zod";
import { ACCOUNT_KINDS } from "../../../gemini/api/account_kinds.ts";
import { accountStatusSchema } from "./status_schema.ts";

const texts = z.array(z.string());

/** An account as it is shown: no secret, and no e-mail address. */
export const accountSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(ACCOUNT_KINDS),
  enabled: z.boolean(),
  baseUrls: texts,
  project: z.string().exactOptional(),
  location: z.string().exactOptional(),
  priority: z.int().exactOptional(),
  weight: z.int().exactOptional(),
  maxConcurrent: z.int().exactOptional(),
  models: z.object({ allow: texts, deny: texts }).exactOptional(),
  labels: texts.exactOptional(),
  quotaProject: z.string().exactOptional(),
  projectGroup: z.string().exactOptional(),
  proxy: z.string().exactOptional().meta({ description: "With *** for user name and password" }),
  disabledReason: z.string().exactOptional().meta({
    description: "Why Pollux itself disabled the account",
  }),
  createdAt: z.string(),
  signedInAt: z.string().exactOptional(),
  credential: z.enum([
    "api_key",
    "authorized_user",
    "service_account",
    "impersonated_service_account",
    "external_account",
  ]),
  status: accountStatusSchema.exactOptional(),
  warnings: texts.exactOptional(),
}).meta({ id: "Account" });

/** All accounts. */
export const accountsSchema = z.object({
  accounts: z.array(accountSchema),
  unreadable: z.array(z.object({ name: z.string(), reason: z.string() })).meta({
    description: "Stored accounts that this version cannot read",
  }),
});

/** The result of an account's test. */
export const probeSchema = z.discriminatedUnion("ok", [
  z.object({ name: z.string(), ok: z.literal(true), models: z.int() }),
  z.object({
    name: z.string(),
    ok: z.literal(false),
    error: z.string(),
    unresolved: z.string().exactOptional().meta({
      description: "The host name that the gateway's machine cannot resolve, if that is the reason",
    }),
  }),
]).meta({ id: "AccountTest" });
