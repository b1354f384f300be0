/**
 * `pollux service …`: its commands and what they take.
 *
 * @module
 */
import type { Command } from "commander";
import { withServiceFlags } from "./service_options.ts";
import type { ServiceContext } from "./service_plan.ts";
import type { Terminal } from "./terminal.ts";

/** Adds the service commands to the program. */
export function declareService(program: Command, terminal: Terminal): void {
  const service = program.command("service")
    .description("keep the gateway running: install, uninstall, status, print");

  withServiceFlags(service.command("install"))
    .description("write the definition of the service, and say how to start it")
    .action(async (options) => {
      const { installService } = await import("./service_install.ts");
      await installService(options, contextOf(terminal));
    });

  withServiceFlags(service.command("uninstall"))
    .description("remove the definition; accounts and settings stay")
    .action(async (options) => {
      const { uninstallService } = await import("./service_uninstall.ts");
      await uninstallService(options, terminal);
    });

  withServiceFlags(service.command("status"))
    .description("say whether the service is installed, and whether a gateway answers")
    .action(async (options) => {
      const { showServiceStatus } = await import("./service_status.ts");
      await showServiceStatus(options, contextOf(terminal));
    });

  withServiceFlags(service.command("print"))
    .description("print the definition, for this system or another")
    .action(async (options) => {
      const { printService } = await import("./service_print.ts");
      await printService(options, contextOf(terminal));
    });
}

function contextOf(terminal: Terminal): ServiceContext {
  return { terminal, executable: Deno.build.standalone ? Deno.execPath() : undefined };
}
