/**
 * The `config` commands: what they take.
 *
 * @module
 */
import type { Command } from "commander";
import type { Terminal } from "./terminal.ts";

/** Adds the commands to the program. */
export function declareConfig(program: Command, terminal: Terminal): void {
  const config = program.command("config").description("look at the configuration");

  config.command("show")
    .description("print the settings in force, and where each comes from")
    .option("--config <file>", "configuration file")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { showConfig } = await import("./show_config.ts");
      await showConfig(options, terminal);
    });

  config.command("check")
    .description("say what is wrong with a configuration file, if anything is")
    .argument("[file]", "without it, all that serve would use is checked, variables too")
    .action(async (file) => {
      const { checkConfig } = await import("./check_config.ts");
      await checkConfig(file, terminal);
    });

  config.command("schema")
    .description("print the JSON Schema of the configuration file, for editors")
    .action(async () => {
      const { configJsonSchema } = await import("../config/json_schema.ts");
      terminal.out(JSON.stringify(configJsonSchema(), null, 2));
    });
}
