/**
 * Pollux: a local gateway for the native Gemini API.
 *
 * @module
 */
import { run } from "./src/cli/program.ts";
import { processTerminal } from "./src/cli/terminal.ts";

if (import.meta.main) Deno.exit(await run(Deno.args, processTerminal()));
