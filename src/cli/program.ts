/**
 * The command line: all commands and their options. Each command's code is loaded when it is called,
 * so that `serve` starts without the rest.
 *
 * @module
 */
import { Command } from "commander";
import { errorLine, heading } from "./terminal/colours.ts";
import { printable } from "../gemini/redaction/printable.ts";
import { declareAudit } from "./audit/declare_audit.ts";
import { declareAccounts } from "./accounts/declare_accounts.ts";
import { declareConnect } from "./connect/declare_connect.ts";
import { declareKeys } from "./keys/declare_keys.ts";
import { declareLogin } from "./login/declare_login.ts";
import { declareService } from "./service/declare_service.ts";
import { declareConfig } from "./config/declare_config.ts";
import { declareDoctor } from "./doctor/declare_doctor.ts";
import { declareCompletion } from "./completion/declare_completion.ts";
import { declareExplain } from "./explain/declare_explain.ts";
import { declareModels } from "./models/declare_models.ts";
import { declareServe } from "./serve/declare_serve.ts";
import { declareStatus } from "./status/declare_status.ts";
import { declareUi } from "./ui/declare_ui.ts";
import { declareUsage } from "./usage/declare_usage.ts";
import { declareVersion } from "./version/declare_version.ts";
import { type CommandGroup, declareGroups } from "./terminal/command_group.ts";
import { withDefaultCommand } from "./serve/default_command.ts";
import { EXIT } from "../daemon/exit_codes.ts";
import { fail } from "./terminal/fail.ts";
import { withoutHelpOfUnknown } from "./terminal/help_of_unknown.ts";
import { withProgramHelp } from "./terminal/help_text.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { VERSION_LINE } from "./version/version.ts";

/**
 * Runs one command.
 *
 * @param args The arguments after the program's name.
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

/** Every command of the program, in the order of its help. A folder's own list is in its `declare_*.ts`. */
const GROUPS: readonly CommandGroup[] = [
  {
    heading: "The gateway:",
    commands: [
      declareServe,
      declareUi,
      declareStatus,
      declareUsage,
      declareExplain,
      declareModels,
      declareAudit,
    ],
  },
  { heading: "Accounts:", commands: [declareAccounts, declareLogin] },
  { heading: "Clients:", commands: [declareKeys, declareConnect] },
  {
    heading: "Pollux itself:",
    commands: [declareConfig, declareService, declareDoctor, declareCompletion, declareVersion],
  },
];

function buildProgram(terminal: Terminal): Command {
  const program = new Command("pollux")
    .description("A local gateway for the native Gemini API, through your own accounts.")
    .exitOverride()
    .configureOutput({
      // Help texts are our own and contain escape sequences for bold headings.
      writeOut: (text) => terminal.styled("out", text.trimEnd()),
      writeErr: (text) => terminal.styled("err", text.trimEnd()),
      outputError: () => {
        // fail() prints errors instead: Commander's messages repeat what was typed, keys included.
      },
      // Commander would read the operating system's release, which needs one more permission.
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

  declareGroups(GROUPS, { parent: program, terminal });
  program.helpCommand("help [command]", "the same as --help");
  return program;
}
