/**
 * Arguments for a Windows program, which gets its command line as one text.
 *
 * @see {@link https://learn.microsoft.com/en-us/cpp/c-language/parsing-c-command-line-arguments}
 * @module
 */

/** Joins arguments so that a program that splits the text by the usual rules gets them back. */
export function windowsArguments(args: readonly string[]): string {
  return args.map(quoted).join(" ");
}

/** Backslashes count only in front of a quote, and the closing one is such a quote. */
function quoted(argument: string): string {
  if (/^[^\s"]+$/.test(argument)) return argument;
  return `"${
    argument.replace(/(\\*)("|$)/g, (_, slashes: string, quote: string) =>
      slashes + slashes + (quote && '\\"'))
  }"`;
}
