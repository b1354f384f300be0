/**
 * Finds the completions of a word of the command line from the declared commands.
 *
 * @module
 */
import type { Argument, Command, Option } from "commander";
import type { Named } from "../../store/stored_names.ts";
import { withDefaultCommand } from "../serve/default_command.ts";

/** The position of the cursor. */
export interface WordPlace {
  /** The part of the word that is typed so far; may be empty. */
  readonly word: string;
  /** The words before it, without the program's name. */
  readonly before: readonly string[];
}

/** Lines that make a shell's script complete files or folders by itself. */
const FILES = ":files";
const FOLDERS = ":folders";

/** Stand for the names of all accounts, or of all client keys. */
const NAMES: Readonly<Record<string, Named>> = { ":accounts": "account", ":keys": "key" };

/**
 * Finds the completions.
 *
 * @param namesOf Reads the names of all accounts or client keys; called only where such a name is expected.
 * @returns Lines, each a word and its description after a tab; or one line that asks for files.
 */
export async function completeWord(
  program: Command,
  place: WordPlace,
  namesOf: (named: Named) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const lines = fittingLines(program, place);
  const named = lines.flatMap((line) => NAMES[line] ?? [])[0];
  if (named === undefined) return lines;
  const names = (await namesOf(named)).filter((name) =>
    name.startsWith(place.word) && !place.before.includes(name)
  );
  return [
    ...lines.filter((line) => NAMES[line] === undefined),
    ...names.map((name) => lineOf(name, "")),
  ];
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

/** The parser's state after the preceding words. */
interface Reached {
  readonly command: Command;
  /** How many arguments the command has so far. */
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
  if (name === "account") return [":accounts"];
  if (name === "key") return [":keys"];
  return name === "folder" ? [FOLDERS] : [];
}

function lineOf(word: string, description: string): string {
  return `${word}\t${description}`;
}
