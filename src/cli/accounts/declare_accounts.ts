/**
 * `pollux accounts …`: the list of its commands.
 *
 * @module
 */
import type { Command } from "commander";
import { declareAdd } from "./add/declare_add.ts";
import { declareBackup } from "./declare_backup.ts";
import { declareChanges } from "./declare_changes.ts";
import { declareEdit } from "./declare_edit.ts";
import { declareView } from "./declare_view.ts";
import { declareImport } from "./import/declare_import.ts";
import { type CommandGroup, declareGroups } from "../terminal/command_group.ts";
import { withExamples } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

const GROUPS: readonly CommandGroup[] = [
  { heading: "Add:", commands: [declareAdd, declareImport] },
  { heading: "View:", commands: [declareView] },
  { heading: "Change:", commands: [declareEdit, declareChanges] },
  { heading: "Back up:", commands: [declareBackup] },
];

/** Adds the accounts commands to the program. */
export function declareAccounts(program: Command, terminal: Terminal): void {
  const accounts = program.command("accounts")
    .description("your Google accounts: add, import, list, test, edit, remove and more");
  withExamples(accounts, [
    "pollux accounts add gemini-api home            # asks for the API key",
    "pollux accounts list",
    "pollux accounts test home",
  ]);

  declareGroups(GROUPS, { parent: accounts, terminal });
  accounts.commandsGroup("Help:").helpCommand("help [command]", "the same as --help");
}
