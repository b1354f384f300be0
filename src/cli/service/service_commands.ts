/**
 * What the user types to start and stop a service, since Pollux may not run programs itself.
 *
 * @module
 */
import { LAUNCHD_LABEL } from "../../service/launchd_plist.ts";
import type { ServiceScope, ServiceSystem } from "../../service/service_subject.ts";
import { UNIT_NAME } from "../../service/systemd_unit.ts";
import { TASK_NAME } from "../../service/windows_task.ts";

/** Lines for the user's shell. */
export interface ServiceCommands {
  /** Makes the service known and starts it, now and from then on. */
  readonly start: string;
  /** Takes a changed definition over. */
  readonly restart: readonly string[];
  /** Stops the service and makes it unknown. */
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
