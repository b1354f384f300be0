/**
 * Declares `pollux service …`.
 *
 * @module
 */
import type { Command } from "commander";
import { withExamples, withHelp } from "../terminal/help_text.ts";
import { withServiceFlags } from "./service_options.ts";
import type { ServiceContext } from "./service_plan.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Adds the service commands to the program. */
export function declareService(program: Command, terminal: Terminal): void {
  const service = program.command("service")
    .description("keep the gateway running: install, uninstall, status, print");
  withExamples(service, ["pollux service install", "pollux service status"]);

  const install = withServiceFlags(service.command("install"))
    .description("write the service's definition, and print how to start it")
    .action(async (options) => {
      const { installService } = await import("./service_install.ts");
      await installService(options, contextOf(terminal));
    });

  withHelp(install, {
    output: ["The file that was written, and the one command that starts the service."],
    examples: ["pollux service install", "sudo pollux service install --system"],
  });

  const uninstall = withServiceFlags(service.command("uninstall"))
    .description("remove the definition; accounts and settings stay")
    .action(async (options) => {
      const { uninstallService } = await import("./service_uninstall.ts");
      await uninstallService(options, terminal);
    });

  withHelp(uninstall, {
    output: ["The file that was removed. While the service runs: how to stop it first."],
    examples: ["pollux service uninstall"],
  });

  const status = withServiceFlags(service.command("status"))
    .description("show whether the service is installed, and whether a gateway responds")
    .action(async (options) => {
      const { showServiceStatus } = await import("./service_status.ts");
      await showServiceStatus(options, contextOf(terminal));
    });

  withHelp(status, {
    output: [
      "The definition's path, whether it is current, and whether a gateway responds",
      "that runs on the service's data folder.",
    ],
    examples: ["pollux service status", "pollux service status --json"],
  });

  const printed = withServiceFlags(service.command("print"))
    .description("print the definition, for this system or another")
    .action(async (options) => {
      const { printService } = await import("./service_print.ts");
      await printService(options, contextOf(terminal));
    });

  withHelp(printed, {
    output: ["The definition: a systemd unit, a launchd plist or a task for Windows."],
    examples: ["pollux service print", "pollux service print --os macos"],
  });
}

function contextOf(terminal: Terminal): ServiceContext {
  return { terminal, executable: Deno.build.standalone ? Deno.execPath() : undefined };
}
