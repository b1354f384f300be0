/**
 * Groups of commands in a help text.
 *
 * @module
 */
import type { Command } from "commander";
import type { Terminal } from "./terminal.ts";

/**
 * Adds one or several commands to the program or to a parent command. A command's code is loaded when
 * it is called.
 */
export type DeclareCommand = (parent: Command, terminal: Terminal) => void;

/** A heading of a help text, and the commands below it. */
export interface CommandGroup {
  readonly heading: string;
  readonly commands: readonly DeclareCommand[];
}

/** Adds the commands of every group to the program or to a parent command. */
export function declareGroups(
  groups: readonly CommandGroup[],
  { parent, terminal }: { readonly parent: Command; readonly terminal: Terminal },
): void {
  for (const { heading, commands } of groups) {
    parent.commandsGroup(heading);
    for (const declare of commands) declare(parent, terminal);
  }
}
