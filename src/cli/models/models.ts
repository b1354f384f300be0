/**
 * `pollux models`: prints the catalogue of the running gateway.
 *
 * @module
 */
import { dataDir } from "../../config/paths.ts";
import { printable } from "../../gemini/redaction/printable.ts";
import { catalogueSchema } from "../../server/admin/schemas/catalogue_schema.ts";
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

/**
 * Prints the catalogue of the gateway that runs on the data folder.
 *
 * @throws {NotRunning} when no gateway runs.
 */
export async function models(options: ModelsOptions, terminal: Terminal): Promise<void> {
  const folder = dataDir(options.dataDir, { os: Deno.build.os, env: terminal.env });
  const question = { route: "models", schema: catalogueSchema, timeoutMs: TIMEOUT_MS } as const;
  const { response } = await askGateway(folder, question);
  terminal.out(
    options.json
      ? JSON.stringify(response, undefined, 2)
      : printable(modelLines(response, Date.now()).join("\n")),
  );
}
