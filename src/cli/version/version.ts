/**
 * The version from deno.json.
 *
 * @module
 */
import manifest from "../../../deno.json" with { type: "json" };
import type { Terminal } from "../terminal/terminal.ts";

/** The program's name and version. */
export const VERSION_LINE = `pollux ${manifest.version}`;

/** `pollux version`: the version, and with `--json` the runtime's too. */
export function printVersion(options: { readonly json?: boolean }, terminal: Terminal): void {
  const { deno } = Deno.version;
  terminal.out(
    options.json ? JSON.stringify({ version: manifest.version, deno }) : VERSION_LINE,
  );
}
