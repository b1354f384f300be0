/**
 * Declares the `config` commands.
 *
 * @module
 */
import type { Command } from "commander";
import { withExamples, withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Adds the commands to the program. */
export function declareConfig(program: Command, terminal: Terminal): void {
  const config = program.command("config").description("show and check the configuration");
  withExamples(config, ["pollux config check", "pollux config show"]);

  const show = config.command("show")
    .description("print the settings in force, and the source of each")
    .option("--config <file>", "configuration file")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { showConfig } = await import("./show_config.ts");
      await showConfig(options, terminal);
    });

  withHelp(show, {
    output: [
      "The settings as YAML, each with a comment that names its source.",
      "Secrets are shown as ***.",
    ],
    examples: ["pollux config show", "pollux config show --json"],
  });

  const check = config.command("check")
    .description("check a configuration file")
    .argument("[file]", "default: all settings that serve would use, variables too")
    .option("--config <file>", "configuration file that serve would use")
    .action(async (file, options) => {
      const { checkConfig } = await import("./check_config.ts");
      await checkConfig({ ...options, file }, terminal);
    });

  withHelp(check, {
    output: ["One line if all is well, or one line for each mistake, with its place."],
    examples: ["pollux config check", "pollux config check config.yaml"],
  });

  const schema = config.command("schema")
    .description("print the JSON Schema of the configuration file, for editors")
    .action(async () => {
      const { configJsonSchema } = await import("../../config/json_schema.ts");
      terminal.out(JSON.stringify(configJsonSchema(), null, 2));
    });
  withHelp(schema, {
    output: ["A JSON Schema, with which an editor completes and checks config.yaml."],
    examples: ["pollux config schema > pollux.schema.json"],
  });
}
