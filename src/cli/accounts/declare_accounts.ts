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
const NAMES = 'names; * is any text, as in "team-*"';

/** Adds the accounts commands to the program. */
export function declareAccounts(program: Command, terminal: Terminal): void {
  const accounts = program.command("accounts")
    .description("your Google accounts: add, import, list, test, edit, remove and more");
  withExamples(accounts, [
    "pollux accounts add gemini-api home            # asks for the API key",
    "pollux accounts list",
    "pollux accounts test home",
  ]);

  accounts.commandsGroup("Take in:");
  declareAdd(accounts, terminal);
  declareImport(accounts, terminal);

  accounts.commandsGroup("Look at:");
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
    output: ["What is known of the account; secrets are shown as ***."],
    examples: ["pollux accounts show home"],
  });

  const test = withShared(accounts.command("test"))
    .description("ask Google whether accounts work")
    .argument("[account...]", `${NAMES}; every one when not given`)
    .action(async (words, options) => {
      const { testAccounts } = await import("./check_accounts.ts");
      await testAccounts(words, options, terminal);
    });

  withHelp(test, {
    output: [
      "For each account how many models it has, or what Google says instead.",
      "The exit code is 1 when one of them does not work.",
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
    output: ["A line for each. A running gateway knows within two seconds."],
    examples: ["pollux accounts enable home", "pollux accounts enable home work"],
  });

  const disable = withShared(accounts.command("disable"))
    .description("keep accounts, but do not use them")
    .argument("<account...>", NAMES)
    .action(async (words, options) => {
      const { disableAccounts } = await import("./disable_accounts.ts");
      await disableAccounts(words, options, terminal);
    });

  withHelp(disable, {
    output: ["A line for each. Calls in flight end as they began."],
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
    output: ["A line for each, also where there was no such account."],
    examples: ["pollux accounts remove home", "pollux accounts remove home --yes"],
  });

  accounts.commandsGroup("Keep safe:");
  declareSafekeeping(accounts, terminal);

  accounts.commandsGroup("Help:").helpCommand("help [command]", "the same as --help");
}

/** What carries accounts elsewhere, and what changes the key that they are sealed under. */
function declareSafekeeping(accounts: Command, terminal: Terminal): void {
  const toFile = withShared(accounts.command("export"))
    .description("write every account into one file, sealed under a passphrase")
    .argument("<file>", "where to; an earlier export is overwritten, nothing else")
    .option(
      "--passphrase-file <file>",
      "take the passphrase from this file; asked for when not given",
    )
    .action(async (file, options) => {
      const { exportAccounts } = await import("./import/export_accounts.ts");
      await exportAccounts(file, options, terminal);
    });

  withHelp(toFile, {
    output: ["The file, which only its passphrase opens, and how many accounts are in it."],
    examples: ["pollux accounts export accounts.sealed", "pollux accounts import accounts.sealed"],
  });

  const reseal = withShared(accounts.command("reseal"))
    .description("seal the accounts' secrets under a new key; stop the gateway first")
    .option("--new-key-file <file>", "file of the new key, made if there is none")
    .action(async (options) => {
      const { resealAccounts } = await import("./reseal_accounts.ts");
      await resealAccounts(options, terminal);
    });
  withHelp(reseal, {
    output: [
      "How many accounts are sealed anew, and what Pollux needs to find the key.",
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
    .option("--key-env <variable>", "take the key from this variable of the environment")
    .option("--key-file <file>", "take the key from this file")
    .option("--key-stdin", "take the key from standard input")
    .option("--base-url <url>", "send calls here instead of to Google")
    .action(async (name, options) => {
      const { addGeminiApi } = await import("./add/add_gemini_api.ts");
      await addGeminiApi(name, options, terminal);
    });
  withHelp(geminiApi, {
    output: ["A line that says so. On a terminal it asks for a key that is not named."],
    examples: [
      "pollux accounts add gemini-api home",
      "pollux accounts add gemini-api home --key-env GEMINI_API_KEY",
    ],
  });

  const vertex = withShared(add.command("vertex"))
    .description(
      "add an account of Vertex AI, with a credentials file or an API key of express mode",
    )
    .argument("<name>", "your name for it: letters, digits, . _ -")
    .option(
      "--credentials <file>",
      'JSON of type "service_account", "authorized_user", "impersonated_service_account" or ' +
        '"external_account"',
    )
    .option("--project <id>", "Google Cloud project; a service account's own when not given")
    .option("--location <location>", 'a region, such as us-central1, or "global", "us" or "eu"')
    .option("--key-env <variable>", "take an express-mode key from this variable")
    .option("--key-file <file>", "take an express-mode key from this file")
    .option("--key-stdin", "take an express-mode key from standard input")
    .option("--base-url <url>", "send calls here instead of to Google")
    .action(async (name, options) => {
      const { addVertex } = await import("./add/add_vertex.ts");
      await addVertex(name, options, terminal);
    });
  withHelp(vertex, {
    output: ["A line that says so. The file is read once and may be deleted."],
    examples: [
      "pollux accounts add vertex cloud --credentials key.json --location us-central1",
      "pollux accounts add vertex express --key-env VERTEX_API_KEY",
    ],
  });

  const codeAssist = withShared(add.command("code-assist"))
    .description("add an account of Gemini Code Assist, with your own credentials file")
    .argument("<name>", "your name for it: letters, digits, . _ -")
    .requiredOption("--credentials <file>", 'JSON of type "authorized_user"')
    .option("--project <id>", "Google Cloud project; found out when not given")
    .addOption(repeatableBaseUrl())
    .option("--yes", "agree to the risk without being asked")
    .action(async (name, options) => {
      const { addCodeAssist } = await import("./add/add_code_assist.ts");
      await addCodeAssist(name, options, terminal);
    });
  withHelp(codeAssist, {
    output: ["What Google says to such accounts, a question, and a line that it was added."],
    examples: [
      "pollux accounts add code-assist work \\",
      "  --credentials ~/.config/gcloud/application_default_credentials.json",
    ],
  });
}
