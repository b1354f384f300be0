/**
 * Pollux: a local gateway for the native Gemini API.
 *
 * @module
 */
import { handleCrashes } from "./src/daemon/crash_handler.ts";
import { quietRuntime } from "./src/daemon/traces/quiet_runtime.ts";
import { run } from "./src/cli/program.ts";
import { processTerminal } from "./src/cli/terminal/terminal.ts";

if (import.meta.main) {
  const terminal = processTerminal();
  handleCrashes(terminal.err);
  await quietRuntime();
  Deno.exit(await run(Deno.args, terminal));
}
