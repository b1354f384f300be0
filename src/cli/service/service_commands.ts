/**
 * The commands with which the user starts and stops a service, since Pollux has no permission to run
 * programs.
 *
 * @module
 */
import { LAUNCHD_LABEL } from "../../service/launchd_plist.ts";
import type { ServiceScope, ServiceSystem } from "../../service/service_subject.ts";
import { UNIT_NAME } from "../../service/systemd_unit.ts";
import { TASK_NAME } from "../../service/windows_task.ts";

/** Lines for the user to run in a shell. */
export interface ServiceCommands {
  /** Registers the service and starts it, now and at every boot or login. */
  readonly start: string;
  /** Applies a changed definition. */
  readonly restart: readonly string[];
  /** Stops the service and unregisters it. */
  readonly stop: readonly string[];
}

/** The commands for one kind of service. */
export function serviceCommands(
  service: {
    readonly system: ServiceSystem;
    readonly scope: ServiceScope;
    /** Path of the definition. */
    readonly definition: string;
  },
): ServiceCommands {
  const isUser = service.scope === "user";
  switch (service.system) {
    case "linux": {
      const systemctl = isUser ? "systemctl --user" : "sudo systemctl";
      return {
        start: `${systemctl} enable --now ${UNIT_NAME}`,
        restart: [`${systemctl} daemon-reload`, `${systemctl} restart ${UNIT_NAME}`],
        stop: [`${systemctl} disable --now ${UNIT_NAME}`],
      };
    }
    case "macos": {
      const launchctl = isUser ? "launchctl" : "sudo launchctl";
      const domain = isUser ? "gui/$(id -u)" : "system";
      const start = `${launchctl} bootstrap ${domain} ${shellWord(service.definition)}`;
      const stop = `${launchctl} bootout ${domain}/${LAUNCHD_LABEL}`;
      return { start, restart: [stop, start], stop: [stop] };
    }
    case "windows": {
      const start = `schtasks /Create /F /TN ${TASK_NAME} /XML "${service.definition}"`;
      const end = `schtasks /End /TN ${TASK_NAME}`;
      return {
        start,
        restart: [end, start],
        stop: [end, `schtasks /Delete /F /TN ${TASK_NAME}`],
      };
    }
  }
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
