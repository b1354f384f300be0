/**
 * Declares `pollux serve` and `pollux demo`.
 *
 * @module
 */
import { type Command, InvalidArgumentError } from "commander";
import { startSignals } from "../../daemon/start_signals.ts";
import { withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

const SELF_SIGNED = "use https with a self-signed certificate, made at each start, for testing";

/** Adds both commands to the program. */
export function declareServe(program: Command, terminal: Terminal): void {
  const serve = program.command("serve")
    .description("run the gateway (also without naming a command)")
    .option("--host <address>", "address to listen on")
    .option("--port <number>", "port to listen on", parsePort)
    .option("--config <file>", "configuration file")
    .option("--data-dir <folder>", "folder for accounts and sessions")
    .option("--tls-self-signed", SELF_SIGNED)
    .action(async (options) => {
      using starting = startSignals();
      const { serve } = await import("./serve.ts");
      await serve({ ...options, starting }, terminal);
    });

  withHelp(serve, {
    output: [
      "The gateway's address, and what to do next if there is no account.",
      "The log goes to standard error: text on a terminal, JSON elsewhere.",
      "Ctrl+C lets running requests finish; a second Ctrl+C ends them at once.",
    ],
    examples: ["pollux serve", "pollux serve --port 9000", "pollux serve --config pollux.yaml"],
  });

  const demo = program.command("demo")
    .description(
      "run the gateway with an emulated Google inside: nothing to configure, nothing leaves the machine",
    )
    .option("--host <address>", "address to listen on")
    .option("--port <number>", "port to listen on", parsePort)
    .option("--tls-self-signed", SELF_SIGNED)
    .action(async (options) => {
      using starting = startSignals();
      const { demo } = await import("../demo/demo.ts");
      await demo({ ...options, starting }, terminal);
    });
  withHelp(demo, {
    output: [
      "Commands to paste into another terminal, and a line for each request.",
      "Nothing is kept. Ctrl+C stops it.",
    ],
    examples: ["pollux demo", "pollux demo --port 9000"],
  });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65535) return port;
  throw new InvalidArgumentError("It must be a number from 0 to 65535");
}
