/**
 * Declares `pollux login …`.
 *
 * @module
 */
import type { Command } from "commander";
import { repeatableBaseUrl, withShared } from "../accounts/accounts_options.ts";
import { type HelpText, withExamples, withHelp } from "../terminal/help_text.ts";
import type { LoginTarget } from "./login.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** How one kind is declared. */
interface Declaration {
  readonly kind: LoginTarget["kind"];
  readonly description: string;
  /** Adds the flags that only this kind takes. */
  declare(command: Command): Command;
  /** Additional text of its help. */
  readonly help: HelpText;
}

/** Every kind of login.ts. A command's code is loaded when it is called. */
const DECLARATIONS: Readonly<Record<LoginTarget["kind"], Declaration>> = {
  "code-assist": {
    kind: "code-assist",
    description: "sign in to Gemini Code Assist",
    declare: (command) =>
      command
        .option("--project <id>", "Google Cloud project; default: Google names it")
        .option("--yes", "agree to the risk without being asked"),
    help: {
      output: [
        "The address to open, then which account was added or renewed.",
        "Google's own words about an account that it refuses.",
      ],
      examples: [
        "pollux login code-assist work --client-file client_secret.json",
        "pollux login code-assist work --client-file client_secret.json --no-browser",
      ],
    },
  },
  "vertex": {
    kind: "vertex",
    description: "sign in to Vertex AI",
    declare: (command) =>
      command
        .requiredOption("--project <id>", "Google Cloud project")
        .requiredOption(
          "--location <location>",
          'a region, such as us-central1, or "global", "us" or "eu"',
        ),
    help: {
      output: ["The address to open, then which account was added or renewed."],
      examples: [
        "pollux login vertex cloud --project my-project --location global \\\n" +
        "    --client-file client_secret.json",
      ],
    },
  },
};

/** Adds the login commands to the program. */
export function declareLogin(program: Command, terminal: Terminal): void {
  const group = program.command("login")
    .description("sign in to Google in a browser, and add the account or renew it");
  withExamples(group, [
    "pollux login code-assist work --client-file client_secret.json",
  ]);
  for (const { kind, description, declare, help } of Object.values(DECLARATIONS)) {
    const command = declare(withSignIn(group.command(kind).description(description)))
      .action(async (name, options) => {
        const { login } = await import("./login.ts");
        await login({ kind, name }, options, terminal);
      });
    withHelp(command, help).addHelpText("after", HELP);
  }
}

/** Adds the options of every login command. */
function withSignIn(command: Command): Command {
  return withShared(
    command
      .argument("<name>", "your name for the account; an existing account gets the new sign-in")
      .option(
        "--client-file <file>",
        "your own OAuth client: client_secret.json from Google's console",
      )
      .option("--client-id <id>", "its id, in place of --client-file")
      .option("--client-secret-file <file>", "its secret, beside --client-id")
      .option(
        "--no-browser",
        "use a browser on another machine: paste the address that it ends on",
      )
      .addOption(repeatableBaseUrl()),
  );
}

const HELP = `
Open the address that it prints in a browser: Pollux may not start programs, so
it cannot start a browser. The browser brings Google's response to Pollux on
127.0.0.1. A browser on another machine cannot do that: use --no-browser, and
paste the address that the browser ends on, or the code in it. Google's console
makes the OAuth client: APIs & Services, Credentials, type "Desktop app".`;
