/**
 * Declares `pollux completion`, and the hidden command that the shells' scripts run.
 *
 * @module
 */
import { Argument, type Command } from "commander";
import { dataDir } from "../../config/paths.ts";
import type { Named } from "../../store/stored_names.ts";
import { withHelp } from "../terminal/help_text.ts";
import { type Shell, SHELLS } from "./shells.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Adds both commands. */
export function declareCompletion(program: Command, terminal: Terminal): void {
  const completion = program.command("completion")
    .description("print a script that completes commands and options in your shell")
    .addArgument(new Argument("<shell>", "your shell").choices(SHELLS))
    .action(async (shell: Shell) => {
      const { completionScript } = await import("./completion_script.ts");
      terminal.out(completionScript(shell));
    });
  withHelp(completion, {
    output: ["A script for your shell to load. It asks pollux, so it stays up to date."],
    examples: [
      "source <(pollux completion bash)      # in ~/.bashrc",
      "source <(pollux completion zsh)       # in ~/.zshrc, below compinit",
      "pollux completion fish | source       # in ~/.config/fish/config.fish",
      "pollux completion powershell | Out-String | Invoke-Expression   # in $PROFILE",
    ],
  });

  program.command("complete-words", { hidden: true })
    .description("print the completions of a word")
    .argument("<word>", 'the typed part of the word, after "="')
    .argument("[before...]", "the words before it")
    .action(async (word: string, before: readonly string[]) => {
      const { completeWord } = await import("./complete_word.ts");
      const place = { word: word.replace(/^=/, ""), before };
      const lines = await completeWord(
        program,
        place,
        (named) => namesOf(named, { before, terminal }),
      );
      for (const line of lines) terminal.out(line);
    });
}

/** Skips a shared store, which is too slow for completion; a store that cannot be read has no names. */
async function namesOf(
  named: Named,
  { before, terminal: { env } }: {
    readonly before: readonly string[];
    readonly terminal: Terminal;
  },
): Promise<readonly string[]> {
  const { storedNames } = await import("../../store/stored_names.ts");
  const flag = before.indexOf("--data-dir");
  const chosen = flag < 0 ? undefined : before[flag + 1];
  try {
    return await storedNames(dataDir(chosen, { os: Deno.build.os, env }), named);
  } catch {
    return [];
  }
}
