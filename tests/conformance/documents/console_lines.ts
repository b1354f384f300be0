/**
 * What a `console` block shows: commands behind `$`, and what each prints.
 *
 * @module
 */

/** A command, and what it prints. */
export interface ShownCommand {
  /** Without the prompts; a command of several lines has them all. */
  readonly line: string;
  readonly output: string;
}

/**
 * Reads a block. A line that begins with `> ` continues the command above it.
 *
 * @throws {Error} If the block does not begin with a command.
 */
export function shownCommands(text: string): ShownCommand[] {
  const commands: { readonly lines: string[]; readonly output: string[] }[] = [];
  for (const line of text.split("\n")) {
    const last = commands.at(-1);
    if (line.startsWith("$ ")) commands.push({ lines: [line.slice(2)], output: [] });
    else if (last === undefined) throw new Error(`There is no command above "${line}"`);
    else if (line.startsWith("> ") && last.output.length === 0) last.lines.push(line.slice(2));
    else if (line === "> ".trimEnd() && last.output.length === 0) last.lines.push("");
    else last.output.push(line);
  }
  return commands.map(({ lines, output }) => ({
    line: lines.map((line) => line.replace(/^ {2}/, "")).join("\n"),
    output: output.join("\n"),
  }));
}

/** What differs from run to run, and what stands for it. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/plx_[\w-]{24,}/g, "KEY"],
  [/plx_…[\w-]{4}/g, "HINT"],
  [/key_[0-9a-f]{12}/g, "ID"],
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID"],
  [/\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?/g, "TIME"],
  [/\b\d+ ms\b/g, "TIME"],
  [/\b\d+(?:\.\d+)?s\b(?: \(\d+ seconds\))?/g, "TIME"],
  [/retry-after: \d+/g, "retry-after: TIME"],
  [/\$\d+\.\d+/g, "COST"],
  [/[ \t\r]+/g, " "],
  [/ $/gm, ""],
];

/**
 * Whether a command printed what is shown: a line with `…` alone stands for any lines, and `…` in a line for any text.
 * Keys, ids, times, prices and the width of columns may differ.
 */
export function isShown(output: string, printed: string): boolean {
  const parts = stable(output).split(/^…$\n?/m).map((part) =>
    part.split("…").map((text) => RegExp.escape(text)).join(".*")
  );
  return new RegExp(`^${parts.join("(?:.*\\n)*?")}$`).test(`${stable(printed).trimEnd()}\n`) ||
    new RegExp(`^${parts.join("(?:.*\\n)*?")}$`).test(stable(printed).trimEnd());
}

/** The text without what varies. */
function stable(text: string): string {
  return VARYING.reduce((text, [varying, instead]) => text.replace(varying, instead), text);
}
