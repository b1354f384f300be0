/**
 * What could stand in the place of a word of the command line, told from the commands themselves.
 *
 * @module
 */
import type { Argument, Command, Option } from "commander";
import { withDefaultCommand } from "../serve/default_command.ts";

/** Where the cursor is. */
export interface WordPlace {
  /** What is typed of the word so far; may be empty. */
  readonly word: string;
  /** The words before it, without the program's name. */
  readonly before: readonly string[];
}

/** Lines by which a shell's script is told to look for files or folders by itself. */
const FILES = ":files";
const FOLDERS = ":folders";

/** Where an account's name is to stand. */
const ACCOUNTS = ":accounts";

/**
 * Finds what could stand there.
 *
 * @param accounts Reads the names of the accounts that there are; asked only where one is to stand.
 * @returns Lines, each a word with its description behind a tab; or one line that asks for files.
 */
export async function completeWord(
  program: Command,
  place: WordPlace,
  accounts: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const lines = fittingLines(program, place);
  if (!lines.includes(ACCOUNTS)) return lines;
  const names = (await accounts()).filter((name) =>
    name.startsWith(place.word) && !place.before.includes(name)
  );
  return [...lines.filter((line) => line !== ACCOUNTS), ...names.map((name) => lineOf(name, ""))];
}

function fittingLines(program: Command, { word, before }: WordPlace): readonly string[] {
  const words = withDefaultCommand([...before, word]).slice(0, -1);
  const { command, operands, pending } = walk(program, words);
  if (pending !== undefined) return valuesOf(pending, word);
  const help = command.createHelp();
  if (word.startsWith("-")) {
    return help.visibleOptions(command)
      .map((option) => lineOf(option.long ?? option.flags, option.description))
      .filter((line) => line.startsWith(word));
  }
  const commands = operands > 0 ? [] : help.visibleCommands(command)
    .map((sub) => lineOf(sub.name(), sub.description()))
    .filter((line) => line.startsWith(word));
  const argument = argumentAt(command, operands);
  return [...commands, ...argument === undefined ? [] : valuesOf(argument, word)];
}

/** What the words before have led to. */
interface Reached {
  readonly command: Command;
  /** How many arguments the command has been given. */
  readonly operands: number;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
}

function walk(program: Command, words: readonly string[]): Reached {
  let command = program;
  let operands = 0;
  let pending: Option | undefined;
  for (const word of words) {
    if (pending !== undefined) {
      pending = undefined;
    } else if (word.startsWith("-")) {
      const option = command.options.find(({ long, short }) => word === long || word === short);
      pending = option?.required || option?.optional ? option : undefined;
    } else {
      const sub = operands > 0 ? undefined : command.commands.find((sub) => sub.name() === word);
      if (sub === undefined) operands += 1;
      else command = sub;
    }
  }
  return { command, operands, pending };
}

function argumentAt(command: Command, index: number): Argument | undefined {
  const last = command.registeredArguments.at(-1);
  return command.registeredArguments[index] ?? (last?.variadic ? last : undefined);
}

function valuesOf(taker: Option | Argument, word: string): readonly string[] {
  if (taker.argChoices !== undefined) {
    return taker.argChoices.filter((choice) => choice.startsWith(word))
      .map((choice) => lineOf(choice, ""));
  }
  const name = "flags" in taker ? /[<[](\w+)/.exec(taker.flags)?.[1] : taker.name();
  if (name === "file" || name === "path") return [FILES];
  if (name === "account") return [ACCOUNTS];
  return name === "folder" ? [FOLDERS] : [];
}

function lineOf(word: string, description: string): string {
  return `${word}\t${description}`;
}
