/**
 * `pollux accounts add …`: one command for each kind of account, with its options.
 *
 * @module
 */
import type { Command } from "commander";
import type { AccountKind } from "../../../gemini/api/account_kinds.ts";
import { repeatableBaseUrl, withShared } from "../accounts_options.ts";
import { PROJECT_GROUP } from "./checked_project_group.ts";
import type { DeclareCommand } from "../../terminal/command_group.ts";
import { withExamples, withHelp } from "../../terminal/help_text.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** The command of every kind. */
const ADD_COMMANDS: Readonly<Record<AccountKind, DeclareCommand>> = {
  "gemini-api": declareGeminiApi,
  "vertex": declareVertex,
  "code-assist": declareCodeAssist,
};

/** Adds the commands to the `accounts` group. */
export function declareAdd(accounts: Command, terminal: Terminal): void {
  const add = accounts.command("add").description("add an account")
    .helpCommand("help [command]", "the same as --help");
  withExamples(add, [
    "pollux accounts add gemini-api home            # asks for the API key",
    "pollux accounts add vertex cloud --credentials key.json --location us-central1",
  ]);
  for (const declare of Object.values(ADD_COMMANDS)) declare(add, terminal);
}

function declareGeminiApi(add: Command, terminal: Terminal): void {
  const geminiApi = withShared(add.command("gemini-api"))
    .description("add an account of the Gemini API, with an API key")
    .argument("<name>", "your name for it: letters, digits, . _ -")
    .option("--key-env <variable>", "read the key from this environment variable")
    .option("--key-file <file>", "read the key from this file")
    .option("--key-stdin", "read the key from standard input")
    .option(...PROJECT_GROUP)
    .option("--base-url <url>", "send requests here instead of to Google")
    .action(async (name, options) => {
      const { addGeminiApi } = await import("./add_gemini_api.ts");
      await addGeminiApi(name, options, terminal);
    });
  withHelp(geminiApi, {
    output: ["One line. On a terminal it asks for the key if no option names one."],
    examples: [
      "pollux accounts add gemini-api home",
      "pollux accounts add gemini-api home --key-env GEMINI_API_KEY",
    ],
  });
}

function declareVertex(add: Command, terminal: Terminal): void {
  const vertex = withShared(add.command("vertex"))
    .description(
      "add an account of Vertex AI, with a credentials file or an express mode API key",
    )
    .argument("<name>", "your name for it: letters, digits, . _ -")
    .option(
      "--credentials <file>",
      'JSON of type "service_account", "authorized_user", "impersonated_service_account" or ' +
        '"external_account"',
    )
    .option("--project <id>", "Google Cloud project; default: the service account's own")
    .option("--location <location>", 'a region, such as us-central1, or "global", "us" or "eu"')
    .option("--key-env <variable>", "read an express mode key from this environment variable")
    .option("--key-file <file>", "read an express mode key from this file")
    .option("--key-stdin", "read an express mode key from standard input")
    .option(...PROJECT_GROUP)
    .option("--base-url <url>", "send requests here instead of to Google")
    .action(async (name, options) => {
      const { addVertex } = await import("./add_vertex.ts");
      await addVertex(name, options, terminal);
    });
  withHelp(vertex, {
    output: ["One line. Pollux reads the file once; you may delete it."],
    examples: [
      "pollux accounts add vertex cloud --credentials key.json --location us-central1",
      "pollux accounts add vertex express --key-env VERTEX_API_KEY",
    ],
  });
}

function declareCodeAssist(add: Command, terminal: Terminal): void {
  const codeAssist = withShared(add.command("code-assist"))
    .description("add an account of Gemini Code Assist, with your own credentials file")
    .argument("<name>", "your name for it: letters, digits, . _ -")
    .requiredOption("--credentials <file>", 'JSON of type "authorized_user"')
    .option("--project <id>", "Google Cloud project; default: Google names it")
    .option(...PROJECT_GROUP)
    .addOption(repeatableBaseUrl())
    .option("--yes", "agree to the risk without being asked")
    .action(async (name, options) => {
      const { addCodeAssist } = await import("./add_code_assist.ts");
      await addCodeAssist(name, options, terminal);
    });
  withHelp(codeAssist, {
    output: ["Google's position on such accounts, a question, and one line when it is added."],
    examples: [
      "pollux accounts add code-assist work \\",
      "  --credentials ~/.config/gcloud/application_default_credentials.json",
    ],
  });
}
