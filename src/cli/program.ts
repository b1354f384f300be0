/**
 * The command line: which commands there are and what they take. Each command's own code is loaded
 * when it is called, so that `serve` starts without the rest.
 *
 * @module
 */
import { Command, InvalidArgumentError } from "commander";
import { declareAccounts } from "./declare_accounts.ts";
import { declareLogin } from "./declare_login.ts";
import { EXIT, fail } from "./fail.ts";
import type { Terminal } from "./terminal.ts";
import { VERSION_LINE } from "./version.ts";

/** Flags that belong to the program itself and not to its default command. */
const PROGRAM_FLAGS: readonly string[] = ["-h", "--help", "-V", "--version"];

/**
 * Runs one command.
 *
 * @param args What the user typed after the program's name.
 * @returns The exit code: 0 done, 1 failed, 2 called wrongly.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await buildProgram(terminal).parseAsync(withDefaultCommand(args), { from: "user" });
    return EXIT.ok;
  } catch (error) {
    return fail(error, terminal.err);
  }
}

/**
 * Puts `serve` where no command is named. Commander's own default command would take every misspelt
 * command for an argument of it.
 */
function withDefaultCommand(args: readonly string[]): readonly string[] {
  const [first] = args;
  if (first === undefined) return ["serve"];
  return first.startsWith("-") && !PROGRAM_FLAGS.includes(first) ? ["serve", ...args] : args;
}

function buildProgram(terminal: Terminal): Command {
  const program = new Command("pollux")
    .description("A local gateway for the native Gemini API, through your own accounts.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      outputError: () => {
        // fail() says it, since Commander's own words repeat what was typed, keys included.
      },
      // Commander would ask the operating system for its release, which needs one more permission.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .version(VERSION_LINE, "-V, --version", "print the version");

  program.command("serve")
    .description("run the gateway (also without naming a command)")
    .option("--host <address>", "address to listen on")
    .option("--port <number>", "port to listen on", parsePort)
    .option("--config <file>", "configuration file")
    .option("--data-dir <folder>", "folder for accounts and sessions")
    .action(async (options) => {
      const { serve } = await import("./serve.ts");
      await serve(options, terminal);
    });

  program.command("demo")
    .description(
      "run the gateway on made-up answers: nothing to configure, nothing leaves the machine",
    )
    .option("--host <address>", "address to listen on")
    .option("--port <number>", "port to listen on", parsePort)
    .action(async (options) => {
      const { demo } = await import("./demo.ts");
      await demo(options, terminal);
    });

  declareAccounts(program, terminal);
  declareLogin(program, terminal);

  program.command("version")
    .description("print the version")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { printVersion } = await import("./version.ts");
      printVersion(options, terminal);
    });

  return program;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65535) return port;
  throw new InvalidArgumentError("It has to be a number from 0 to 65535");
}
