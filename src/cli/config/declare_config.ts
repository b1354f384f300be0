/**
 * The `config` commands: what they take.
 *
 * @module
 */
import type { Command } from "commander";
import { withExamples, withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Adds the commands to the program. */
export function declareConfig(program: Command, terminal: Terminal): void {
  const config = program.command("config").description("look at the configuration");
  withExamples(config, ["pollux config check", "pollux config show"]);

  const show = config.command("show")
    .description("print the settings in force, and where each comes from")
    .option("--config <file>", "configuration file")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { showConfig } = await import("./show_config.ts");
      await showConfig(options, terminal);
    });

  withHelp(show, {
    output: [
      "The settings as YAML, a comment behind each saying where it is from.",
      "Secrets are shown as ***.",
    ],
    examples: ["pollux config show", "pollux config show --json"],
  });

  const check = config.command("check")
    .description("say what is wrong with a configuration file, if anything is")
    .argument("[file]", "without it, all that serve would use is checked, variables too")
    .action(async (file) => {
      const { checkConfig } = await import("./check_config.ts");
      await checkConfig(file, terminal);
    });

  withHelp(check, {
    output: ["A line that says that all is well, or one for each mistake, with its place."],
    examples: ["pollux config check", "pollux config check config.yaml"],
  });

  const schema = config.command("schema")
    .description("print the JSON Schema of the configuration file, for editors")
    .action(async () => {
      const { configJsonSchema } = await import("../../config/json_schema.ts");
      terminal.out(JSON.stringify(configJsonSchema(), null, 2));
    });
  withHelp(schema, {
    output: ["JSON Schema; an editor that has it completes and checks config.yaml."],
    examples: ["pollux config schema > pollux.schema.json"],
  });
}
