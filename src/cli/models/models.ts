/**
 * `pollux models`: prints the catalogue of the running gateway.
 *
 * @module
 */
import * as z from "zod";
import { dataDir } from "../../config/paths.ts";
import { ACCOUNT_KINDS } from "../../gemini/api/account_kinds.ts";
import { printable } from "../../gemini/redaction/printable.ts";
import type { CatalogueReport } from "../../server/catalog/catalogue_report.ts";
import { askGateway } from "../status/ask_gateway.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { modelLines } from "./model_lines.ts";

/** Longer than a gateway that has just started waits for the lists of its accounts, in ms. */
const TIMEOUT_MS = 15_000;

/** The flags as parsed. */
export interface ModelsOptions {
  readonly dataDir?: string;
  /** Print JSON for programs. */
  readonly json?: boolean;
}

const methods = z.array(z.string()).exactOptional();

const schema: z.ZodType<CatalogueReport> = z.object({
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
});

/**
 * Prints the catalogue of the gateway that runs on the data folder.
 *
 * @throws {NotRunning} when no gateway runs.
 */
export async function models(options: ModelsOptions, terminal: Terminal): Promise<void> {
  const folder = dataDir(options.dataDir, { os: Deno.build.os, env: terminal.env });
  const question = { route: "models", schema, timeoutMs: TIMEOUT_MS } as const;
  const { response } = await askGateway(folder, question);
  terminal.out(
    options.json
      ? JSON.stringify(response, undefined, 2)
      : printable(modelLines(response, Date.now()).join("\n")),
  );
}
