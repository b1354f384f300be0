/**
 * The responses of `GET /admin/v1/config` and `GET /admin/v1/audit`.
 *
 * @module
 */
import * as z from "zod";
import { AUDIT_DOORS } from "../../../base/stored/audit_entry.ts";

/** A setting. */
export const settingSchema = z.object({
  name: z.string().meta({ description: 'As in "server.port"' }),
  value: z.unknown().meta({
    description: 'The value in force, as in a file; null if there is none, "(set)" for a secret',
  }),
  default: z.unknown().meta({ description: "null if there is none" }),
  origin: z.object({
    type: z.enum(["default", "file", "environment", "flag"]),
    words: z.string().meta({ description: "The source: file and line, variable, or flag" }),
  }),
  description: z.string(),
  needsRestart: z.boolean().meta({ description: "A change takes effect with the next start" }),
  afterRestart: z.unknown().optional().meta({
    description: "The value that the next start will have; absent if it is the one in force",
  }),
});

/** A setting. */
export type SettingInfo = z.infer<typeof settingSchema>;

/** An entry of the audit log. */
export const auditEntrySchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  door: z.enum(AUDIT_DOORS).meta({
    description: '"gateway": the gateway changed something by itself',
  }),
  action: z.string().meta({ description: 'As in "accounts.add" or "keys.rotate"' }),
  subject: z.string().meta({ description: "The name of the account or key; may be empty" }),
  detail: z.string().meta({ description: "What changed, without secrets; may be empty" }),
});
