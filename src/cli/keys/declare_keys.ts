/**
 * `pollux keys …`: its commands.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { withShared } from "../accounts/accounts_options.ts";
import { type CommandGroup, declareGroups } from "../terminal/command_group.ts";
import { withExamples, withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { timeOf, withKeyOptions } from "./key_options.ts";

const KEY_NAMES = 'names; * matches any text, as in "team-*"';

const WITHIN = "A running gateway uses the change within two seconds.";

/** How long a rotated key stays valid, in ms. */
const GRACE_MS = 86_400_000;

const GROUPS: readonly CommandGroup[] = [
  { heading: "Add:", commands: [declareCreate] },
  { heading: "View:", commands: [declareView] },
  { heading: "Change:", commands: [declareEdit, declareSwitches, declareRotate, declareRemove] },
];

/** Adds the keys commands to the program. */
export function declareKeys(program: Command, terminal: Terminal): void {
  const keys = program.command("keys")
    .description(
      "keys for the clients of this gateway, with limits: create, list, rotate and more",
    );
  withExamples(keys, [
    "pollux keys create ada --tokens-per-day 2M",
    "pollux keys list",
    "pollux keys rotate ada",
  ]);
  declareGroups(GROUPS, { parent: keys, terminal });
  keys.commandsGroup("Help:").helpCommand("help [command]", "the same as --help");
}

function declareCreate(keys: Command, terminal: Terminal): void {
  const create = keys.command("create")
    .description("create a key, and show it once")
    .argument("<name>", "letters, digits, . _ -");
  withShared(withKeyOptions(create, { isEdit: false }).addOption(keyOnly())).action(
    async (name, options) => {
      const { createKey } = await import("./create_key.ts");
      await createKey(name, options, terminal);
    },
  );
  withHelp(create, {
    output: [
      "The key, which cannot be shown again. From the first key on, every",
      "request needs one.",
    ],
    examples: [
      "pollux keys create ada",
      "pollux keys create ci --requests-per-minute 60 --budget 20usd/month",
      'pollux keys create guest --allow "gemini-*-flash" --expires 30d',
      "pollux keys create ada --key-only",
    ],
  });
}

function keyOnly(): Option {
  return new Option("--key-only", "print the key and nothing else, for scripts").conflicts("json");
}

function declareView(keys: Command, terminal: Terminal): void {
  const list = withShared(keys.command("list"))
    .description("list every key")
    .action(async (options) => {
      const { listKeys } = await import("./show_keys.ts");
      await listKeys(options, terminal);
    });
  withHelp(list, {
    output: ["A table of the keys, without the keys themselves."],
    examples: ["pollux keys list", "pollux keys list --json"],
  });

  const show = withShared(keys.command("show"))
    .description("show one key's limits and state")
    .argument("<key>", "the key's name")
    .action(async (name, options) => {
      const { showKey } = await import("./show_keys.ts");
      await showKey(name, options, terminal);
    });
  withHelp(show, {
    output: ["The key's limits and state, without the key itself."],
    examples: ["pollux keys show ada"],
  });
}

function declareEdit(keys: Command, terminal: Terminal): void {
  const edit = keys.command("edit")
    .description("change a key; values that are not named stay, and --no-… removes a value")
    .argument("<key>", "the key's name")
    .option("--name <name>", "rename it: letters, digits, . _ -");
  withShared(withKeyOptions(edit, { isEdit: true })).action(async (name, options) => {
    const { editKey } = await import("./change_keys.ts");
    await editKey(name, options, terminal);
  });
  withHelp(edit, {
    output: ["One line.", WITHIN],
    examples: ["pollux keys edit ada --tokens-per-day 5M --no-expires"],
  });
}

function declareSwitches(keys: Command, terminal: Terminal): void {
  for (const verb of ["enable", "disable"] as const) {
    const isDisabled = verb === "disable";
    const command = withShared(keys.command(verb))
      .description(isDisabled ? "refuse keys, and keep them" : "accept disabled keys again")
      .argument("<key...>", KEY_NAMES)
      .action(async (words, options) => {
        const { switchKeys } = await import("./change_keys.ts");
        await switchKeys(words, { isDisabled, options, terminal });
      });
    withHelp(command, {
      output: ["One line for each.", WITHIN],
      examples: [`pollux keys ${verb} ada`, `pollux keys ${verb} "team-*"`],
    });
  }
}

function declareRotate(keys: Command, terminal: Terminal): void {
  const rotate = withShared(keys.command("rotate"))
    .description("replace a key; what it owns and its limits stay")
    .argument("<key>", "the key's name")
    .addOption(
      new Option("--grace <time>", "how long the former one is valid as well")
        .argParser(timeOf).default(GRACE_MS, "24h"),
    )
    .addOption(keyOnly())
    .action(async (name, options) => {
      const { rotateKey } = await import("./create_key.ts");
      await rotateKey(name, options, terminal);
    });
  withHelp(rotate, {
    output: ["The new key, which cannot be shown again."],
    examples: ["pollux keys rotate ada", "pollux keys rotate ada --grace 0"],
  });
}

function declareRemove(keys: Command, terminal: Terminal): void {
  const remove = withShared(keys.command("remove"))
    .description("remove keys; only auth.api_key opens what they made")
    .argument("<key...>", KEY_NAMES)
    .option("--yes", "do not ask")
    .action(async (words, options) => {
      const { removeKeys } = await import("./change_keys.ts");
      await removeKeys(words, options, terminal);
    });
  withHelp(remove, {
    output: ["One line for each, even if there was no such key."],
    examples: ["pollux keys remove ada", "pollux keys remove ada --yes"],
  });
}
