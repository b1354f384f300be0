/**
 * `pollux accounts …`: its commands and what they take.
 *
 * @module
 */
import type { Command } from "commander";
import { repeatableBaseUrl, withShared } from "./accounts_options.ts";
import { declareEdit } from "./declare_edit.ts";
import { declareImport } from "./import/declare_import.ts";
import { withExamples, withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** How accounts are named that are there. */
const NAMES = 'names; * matches any text, as in "team-*"';

/** Adds the accounts commands to the program. */
export function declareAccounts(program: Command, terminal: Terminal): void {
  const accounts = program.command("accounts")
    .description("your Google accounts: add, import, list, test, edit, remove and more");
  withExamples(accounts, [
    "pollux accounts add gemini-api home            # asks for the API key",
    "pollux accounts list",
    "pollux accounts test home",
  ]);

  accounts.commandsGroup("Add:");
  declareAdd(accounts, terminal);
  declareImport(accounts, terminal);

  accounts.commandsGroup("View:");
  const list = withShared(accounts.command("list"))
    .description("list every account")
    .action(async (options) => {
      const { listAccounts } = await import("./list_accounts.ts");
      await listAccounts(options, terminal);
    });

  withHelp(list, {
    output: ["A table of the accounts, without their secrets."],
    examples: ["pollux accounts list", "pollux accounts list --json"],
  });

  const show = withShared(accounts.command("show"))
    .description("show one account, without its secrets")
    .argument("<account>", "the account's name")
    .action(async (name, options) => {
      const { showAccount } = await import("./show_account.ts");
      await showAccount(name, options, terminal);
    });

  withHelp(show, {
    output: ["The account's settings and state; secrets are shown as ***."],
    examples: ["pollux accounts show home"],
  });

  const test = withShared(accounts.command("test"))
    .description("ask Google whether accounts work")
    .argument("[account...]", `${NAMES}; default: every account`)
    .action(async (words, options) => {
      const { testAccounts } = await import("./check_accounts.ts");
      await testAccounts(words, options, terminal);
    });

  withHelp(test, {
    output: [
      "The number of models of each account, or Google's error.",
      "The exit code is 1 if an account does not work.",
    ],
    examples: ["pollux accounts test", "pollux accounts test home work"],
  });

  accounts.commandsGroup("Change:");
  declareEdit(accounts, terminal);

  const enable = withShared(accounts.command("enable"))
    .description("let the gateway use accounts")
    .argument("<account...>", NAMES)
    .action(async (words, options) => {
      const { enableAccounts } = await import("./enable_accounts.ts");
      await enableAccounts(words, options, terminal);
    });

  withHelp(enable, {
    output: ["One line for each. A running gateway uses the change within two seconds."],
    examples: ["pollux accounts enable home", "pollux accounts enable home work"],
  });

  const disable = withShared(accounts.command("disable"))
    .description("keep accounts without using them")
    .argument("<account...>", NAMES)
    .action(async (words, options) => {
      const { disableAccounts } = await import("./disable_accounts.ts");
      await disableAccounts(words, options, terminal);
    });

  withHelp(disable, {
    output: ["One line for each. Requests in flight finish on their account."],
    examples: ["pollux accounts disable home", 'pollux accounts disable "team-*"'],
  });

  const remove = withShared(accounts.command("remove"))
    .description("remove accounts and their secrets")
    .argument("<account...>", NAMES)
    .option("--yes", "do not ask")
    .action(async (words, options) => {
      const { removeAccounts } = await import("./remove_accounts.ts");
      await removeAccounts(words, options, terminal);
    });

  withHelp(remove, {
    output: ["One line for each, even if there was no such account."],
    examples: ["pollux accounts remove home", "pollux accounts remove home --yes"],
  });

  accounts.commandsGroup("Back up:");
  declareSafekeeping(accounts, terminal);

  accounts.commandsGroup("Help:").helpCommand("help [command]", "the same as --help");
}

/** What carries accounts elsewhere, and what changes the key that they are sealed under. */
function declareSafekeeping(accounts: Command, terminal: Terminal): void {
  const toFile = withShared(accounts.command("export"))
    .description("write every account into one file, sealed under a passphrase")
    .argument("<file>", "the file to write; overwrites only an earlier export")
    .option(
      "--passphrase-file <file>",
      "read the passphrase from this file; default: ask",
    )
    .action(async (file, options) => {
      const { exportAccounts } = await import("./import/export_accounts.ts");
      await exportAccounts(file, options, terminal);
    });

  withHelp(toFile, {
    output: ["The file's path and how many accounts it has. Only the passphrase opens it."],
    examples: ["pollux accounts export accounts.sealed", "pollux accounts import accounts.sealed"],
  });

  const reseal = withShared(accounts.command("reseal"))
    .description("seal the accounts' secrets under a new key; stop the gateway first")
    .option("--new-key-file <file>", "file of the new key; created if it does not exist")
    .action(async (options) => {
      const { resealAccounts } = await import("./reseal_accounts.ts");
      await resealAccounts(options, terminal);
    });
  withHelp(reseal, {
    output: [
      "The number of resealed accounts, and what Pollux needs to find the key.",
      "Earlier backups open only with the former key: keep a copy of it with them.",
    ],
    examples: ["pollux accounts reseal", "pollux accounts reseal --new-key-file /safe/pollux.key"],
  });
}

function declareAdd(accounts: Command, terminal: Terminal): void {
  const add = accounts.command("add").description("add an account")
    .helpCommand("help [command]", "the same as --help");
  withExamples(add, [
    "pollux accounts add gemini-api home            # asks for the API key",
    "pollux accounts add vertex cloud --credentials key.json --location us-central1",
  ]);

  const geminiApi = withShared(add.command("gemini-api"))
    .description("add an account of the Gemini API, with an API key")
    .argument("<name>", "your name for it: letters, digits, . _ -")
    .option("--key-env <variable>", "read the key from this environment variable")
    .option("--key-file <file>", "read the key from this file")
    .option("--key-stdin", "read the key from standard input")
    .option("--base-url <url>", "send requests here instead of to Google")
    .action(async (name, options) => {
      const { addGeminiApi } = await import("./add/add_gemini_api.ts");
      await addGeminiApi(name, options, terminal);
    });
  withHelp(geminiApi, {
    output: ["One line. On a terminal it asks for the key if no option names one."],
    examples: [
      "pollux accounts add gemini-api home",
      "pollux accounts add gemini-api home --key-env GEMINI_API_KEY",
    ],
  });

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
    .option("--base-url <url>", "send requests here instead of to Google")
    .action(async (name, options) => {
      const { addVertex } = await import("./add/add_vertex.ts");
      await addVertex(name, options, terminal);
    });
  withHelp(vertex, {
    output: ["One line. Pollux reads the file once; you may delete it."],
    examples: [
      "pollux accounts add vertex cloud --credentials key.json --location us-central1",
      "pollux accounts add vertex express --key-env VERTEX_API_KEY",
    ],
  });

  const codeAssist = withShared(add.command("code-assist"))
    .description("add an account of Gemini Code Assist, with your own credentials file")
    .argument("<name>", "your name for it: letters, digits, . _ -")
    .requiredOption("--credentials <file>", 'JSON of type "authorized_user"')
    .option("--project <id>", "Google Cloud project; default: Google names it")
    .addOption(repeatableBaseUrl())
    .option("--yes", "agree to the risk without being asked")
    .action(async (name, options) => {
      const { addCodeAssist } = await import("./add/add_code_assist.ts");
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
