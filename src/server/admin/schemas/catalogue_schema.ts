/**
 * The response of `GET /admin/models` and `GET /admin/v1/models`.
 *
 * @module
 */
import * as z from "zod";
import { ACCOUNT_KINDS } from "../../../gemini/api/account_kinds.ts";
import type { CatalogueReport } from "../../catalog/catalogue_report.ts";

const methods = z.array(z.string()).exactOptional();

/** Parses a {@linkcode CatalogueReport}. */
export const catalogueSchema: z.ZodType<CatalogueReport> = z.object({
  models: z.array(z.object({
    model: z.string(),
    displayName: z.string(),
    aliasOf: z.string().exactOptional(),
    methods,
    offers: z.array(z.object({ accounts: z.array(z.string()), methods })),
  })),
  lists: z.array(z.object({
    account: z.string(),
    kind: z.enum(ACCOUNT_KINDS),
    models: z.number().exactOptional(),
    listed: z.iso.datetime().exactOptional(),
    why: z.string().exactOptional(),
  })),
}).meta({ id: "Catalogue" });
