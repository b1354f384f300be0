/**
 * `pollux explain`: prints the explanation of a call of the running gateway.
 *
 * @module
 */
import { dataDir } from "../../config/paths.ts";
import { askGateway } from "../status/ask_gateway.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { explainLines } from "./explain_lines.ts";
import { explanationSchema } from "./explanation_schema.ts";

/** The flags as parsed. */
export interface ExplainOptions {
  readonly dataDir?: string;
  /** Print JSON for programs. */
  readonly json?: boolean;
}

/**
 * Prints the explanation of a call.
 *
 * @param id The call's `x-request-id`.
 * @throws {NotRunning} when no gateway runs on the data folder.
 * @throws {Error} when the gateway does not remember the call.
 */
export async function explain(
  id: string,
  { options, terminal }: { readonly options: ExplainOptions; readonly terminal: Terminal },
): Promise<void> {
  const folder = dataDir(options.dataDir, { os: Deno.build.os, env: terminal.env });
  const { response } = await askGateway(folder, {
    route: "explain",
    rest: id,
    schema: explanationSchema,
  });
  if (options.json) terminal.out(JSON.stringify(response, undefined, 2));
  else for (const line of explainLines(response, Date.now())) terminal.out(line);
}
