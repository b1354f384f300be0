/**
 * Declares `pollux accounts edit`.
 *
 * @module
 */
import { type Command, InvalidArgumentError } from "commander";
import { withShared } from "./accounts_options.ts";
import { PROJECT_GROUP } from "./add/checked_project_group.ts";
import { withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Adds the command. Every flag with a value has a `--no-` form, which removes the value. */
export function declareEdit(accounts: Command, terminal: Terminal): void {
  const edit = withShared(accounts.command("edit"))
    .description("change an account; values that are not named stay, and --no-… removes a value")
    .argument("<account>", "the account's name")
    .option("--name <name>", "rename it: letters, digits, . _ -")
    .option("--key-env <variable>", "another API key: read it from this environment variable")
    .option("--key-file <file>", "read the key from this file")
    .option("--key-stdin", "read the key from standard input")
    .option(
      "--priority <number>",
      "accounts with a higher priority get requests first",
      wholeNumber,
    )
    .option("--no-priority", "reset to 0")
    .option("--weight <number>", "share of the requests within a priority", positiveNumber)
    .option("--no-weight", "reset to 1")
    .option("--max-concurrent <number>", "most requests at the same time", positiveNumber)
    .option("--no-max-concurrent", "no limit")
    .option("--allow <pattern>", "only these models; * matches any text; repeatable", collect)
    .option("--no-allow", "every model")
    .option("--deny <pattern>", "never these models; repeatable", collect)
    .option("--no-deny", "no model is denied")
    .option("--proxy <url>", "http://, https:// or socks5://, without a password")
    .option("--proxy-env <variable>", "read the proxy from this environment variable")
    .option("--proxy-file <file>", "read the proxy from this file")
    .option("--proxy-stdin", "read the proxy from standard input")
    .option("--no-proxy", "no proxy")
    .option("--quota-project <project>", "the project that Google bills and limits")
    .option("--no-quota-project", "the credential's own project")
    .option(...PROJECT_GROUP)
    .option("--no-project-group", "a project of its own")
    .option("--project <id>", "Google Cloud project")
    .option("--no-project", "Google names the project; not for Vertex AI")
    .option("--location <location>", 'for Vertex AI: a region, or "global", "us" or "eu"')
    .option("--label <label>", "your own label; replaces all former labels; repeatable", collect)
    .option("--no-label", "no label")
    .option("--base-url <url>", "send requests here instead of to Google; repeatable", collect)
    .option("--no-base-url", "send requests to Google")
    .action(async (name, options) => {
      const { editAccount } = await import("./edit_account.ts");
      await editAccount(name, options, terminal);
    });
  withHelp(edit, {
    output: ["One line. A running gateway uses the change within two seconds."],
    examples: [
      "pollux accounts edit home --priority 10 --max-concurrent 4",
      'pollux accounts edit home --allow "gemini-*-flash" --no-weight',
    ],
  });
}

/** The value collected so far may be undefined, or false after an earlier `--no-…`. */
function collect(value: string, previous: unknown): readonly string[] {
  return Array.isArray(previous) ? [...previous, value] : [value];
}

function wholeNumber(text: string): number {
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number");
}

function positiveNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number of 1 or more");
}
