/**
 * Arguments for a Windows program, which gets its command line as one text.
 *
 * @see {@link https://learn.microsoft.com/en-us/cpp/c-language/parsing-c-command-line-arguments}
 * @module
 */

/** Joins arguments so that a program that splits the text by the usual rules gets the same ones. */
export function windowsArguments(args: readonly string[]): string {
  return args.map(quoted).join(" ");
}

/** Backslashes must be doubled only before a quote, including the closing one. */
function quoted(argument: string): string {
  if (/^[^\s"]+$/.test(argument)) return argument;
  return `"${
    argument.replace(/(\\*)("|$)/g, (_, slashes: string, quote: string) =>
      slashes + slashes + (quote && '\\"'))
  }"`;
}
