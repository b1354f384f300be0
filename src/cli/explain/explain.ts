/**
 * `pollux explain`: prints the explanation of a call of the running gateway.
 *
 * @module
 */
import { dataDir } from "../../config/paths.ts";
import { askGateway } from "../status/ask_gateway.ts";
import { UsageError } from "../terminal/fail.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { explainLines } from "./explain_lines.ts";
import { explanationSchema } from "../../server/admin/schemas/explanation_schema.ts";

/** A call's id, also with the bracket or quotes around it that were copied from a log line. */
const ID = /(?<![\da-f])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\da-f])/i;

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
 * @throws {UsageError} when that is no id.
 * @throws {NotRunning} when no gateway runs on the data folder.
 * @throws {Error} when the gateway does not remember the call.
 */
export async function explain(
  id: string,
  { options, terminal }: { readonly options: ExplainOptions; readonly terminal: Terminal },
): Promise<void> {
  const [wanted] = ID.exec(id) ?? [];
  if (wanted === undefined) {
    throw new UsageError(
      "That is not the whole id of a call, which has 36 characters, as in " +
        '"6f1c2a52-6a0e-4a5c-9d53-0f6f0c1f4c57": copy all of the response\'s "x-request-id"',
    );
  }
  const folder = dataDir(options.dataDir, { os: Deno.build.os, env: terminal.env });
  const { response } = await askGateway(folder, {
    route: "explain",
    rest: wanted,
    schema: explanationSchema,
  });
  if (options.json) terminal.out(JSON.stringify(response, undefined, 2));
  else {
    for (const line of explainLines(response, Date.now(), terminal.size?.columns)) {
      terminal.out(line);
    }
  }
}
