/**
 * The command line: which commands there are and what they take. Each command's own code is loaded
 * when it is called, so that `serve` starts without the rest.
 *
 * @module
 */
import { Command, InvalidArgumentError } from "commander";
import { errorLine, heading } from "./terminal/colours.ts";
import { printable } from "../gemini/redaction/printable.ts";
import { declareAccounts } from "./accounts/declare_accounts.ts";
import { declareLogin } from "./login/declare_login.ts";
import { declareService } from "./service/declare_service.ts";
import { declareConfig } from "./config/declare_config.ts";
import { declareDoctor } from "./doctor/declare_doctor.ts";
import { declareCompletion } from "./completion/declare_completion.ts";
import { withDefaultCommand } from "./serve/default_command.ts";
import { EXIT } from "../daemon/exit_codes.ts";
import { fail } from "./terminal/fail.ts";
import { withoutHelpOfUnknown } from "./terminal/help_of_unknown.ts";
import { withHelp, withProgramHelp } from "./terminal/help_text.ts";
import { startSignals } from "../daemon/start_signals.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { VERSION_LINE } from "./version.ts";

/**
 * Runs one command.
 *
 * @param args What the user typed after the program's name.
 * @returns The exit code: as in {@linkcode EXIT}.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const program = buildProgram(terminal);
    const words = withoutHelpOfUnknown(withDefaultCommand(args), program);
    await program.parseAsync(words, { from: "user" });
    return EXIT.ok;
  } catch (error) {
    return fail(error, (line) => terminal.styled("err", errorLine(printable(line), terminal)));
  }
}

function buildProgram(terminal: Terminal): Command {
  const program = new Command("pollux")
    .description("A local gateway for the native Gemini API, through your own accounts.")
    .exitOverride()
    .configureOutput({
      // Help texts are our own words, with bold headings in them.
      writeOut: (text) => terminal.styled("out", text.trimEnd()),
      writeErr: (text) => terminal.styled("err", text.trimEnd()),
      outputError: () => {
        // fail() says it, since Commander's own words repeat what was typed, keys included.
      },
      // Commander would ask the operating system for its release, which needs one more permission.
      getOutHasColors: () => terminal.hasColours("out"),
      getErrHasColors: () => terminal.hasColours("err"),
    })
    .configureHelp({ styleTitle: heading })
    .helpOption("-h, --help", "show this help")
    .version(VERSION_LINE, "-V, --version", "print the version");
  withProgramHelp(program, [
    "pollux demo                                    # emulated responses, to try it",
    "pollux accounts add gemini-api home            # asks for the API key",
    "pollux                                         # serves on http://127.0.0.1:8045",
  ]);

  program.commandsGroup("The gateway:");
  const serve = program.command("serve")
    .description("run the gateway (also without naming a command)")
    .option("--host <address>", "address to listen on")
    .option("--port <number>", "port to listen on", parsePort)
    .option("--config <file>", "configuration file")
    .option("--data-dir <folder>", "folder for accounts and sessions")
    .action(async (options) => {
      using starting = startSignals();
      const { serve } = await import("./serve/serve.ts");
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
    .action(async (options) => {
      const { demo } = await import("./serve/demo.ts");
      await demo(options, terminal);
    });
  withHelp(demo, {
    output: ["Commands to paste into another terminal. Nothing is kept. Ctrl+C stops it."],
    examples: ["pollux demo", "pollux demo --port 9000"],
  });

  const status = program.command("status")
    .description("show the state of the running gateway and its accounts")
    .option("--data-dir <folder>", "folder for accounts and sessions")
    .option("--json", "print JSON")
    .option("--watch", "repeat every second until Ctrl+C")
    .action(async (options) => {
      const { status } = await import("./status/status.ts");
      await status(options, terminal);
    });
  withHelp(status, {
    output: [
      "Each account's state and its reason, requests in flight and last success.",
      "The exit code is 3 if no gateway runs on the data folder.",
    ],
    examples: ["pollux status", "pollux status --watch"],
  });

  program.commandsGroup("Accounts:");
  declareAccounts(program, terminal);
  declareLogin(program, terminal);

  program.commandsGroup("Pollux itself:").helpCommand("help [command]", "the same as --help");
  declareConfig(program, terminal);
  declareService(program, terminal);
  declareDoctor(program, terminal);
  declareCompletion(program, terminal);

  const version = program.command("version")
    .description("print the version")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { printVersion } = await import("./version.ts");
      printVersion(options, terminal);
    });
  withHelp(version, {
    output: ["One line. With --json also the version of Deno and the platform."],
    examples: ["pollux version", "pollux version --json"],
  });

  return program;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65535) return port;
  throw new InvalidArgumentError("It must be a number from 0 to 65535");
}
