/**
 * The unit of the system: the gateway runs as a user that exists only while it runs, and that owns
 * nothing but the state folder.
 *
 * @module
 */
import type { ServiceSubject } from "./service_subject.ts";
import { KEY_CREDENTIAL, systemdUnit } from "./systemd_unit.ts";
import { loadablePath, type UserUnitOptions } from "./systemd_user_unit.ts";

/** Where the system's service keeps what belongs to it. */
export const SYSTEM_PLACES = {
  configFile: "/etc/pollux/config.yaml",
  /** Read by systemd itself, so that only root needs to see it: settings as variables, keys above all. */
  environmentFile: "/etc/pollux/environment",
  /** What systemd makes of StateDirectory=. */
  dataDir: "/var/lib/pollux",
  masterKeyFile: `/etc/credstore/${KEY_CREDENTIAL}`,
} as const;

/** Folders that ProtectHome= takes away. */
const HIDDEN = ["/home/", "/root/", "/run/user/"];

/**
 * The text of the unit. The configuration file and the key have to be there when it starts.
 *
 * @throws {Error} when the executable or the configuration lies where the service cannot see it.
 */
export function systemdSystemUnit(subject: ServiceSubject, options: UserUnitOptions): string {
  const { executable, configFile, masterKeyFile = SYSTEM_PLACES.masterKeyFile } = subject;
  for (const path of [executable, configFile]) {
    if (HIDDEN.some((folder) => path.startsWith(folder))) {
      throw new Error(
        `A service of the system cannot see "${path}": move it out of the home folders, for example to ` +
          `/usr/local/bin or /etc/pollux, or install with --user`,
      );
    }
  }
  return systemdUnit(subject, {
    ...options,
    unit: ["Wants=network-online.target", "After=network-online.target"],
    service: [
      "DynamicUser=yes",
      "User=pollux",
      "StateDirectory=pollux",
      "StateDirectoryMode=0700",
      `EnvironmentFile=-${SYSTEM_PLACES.environmentFile}`,
      `LoadCredential=${KEY_CREDENTIAL}:${loadablePath(masterKeyFile)}`,
      "ProtectHome=yes",
      "ProtectProc=invisible",
    ],
    wantedBy: "multi-user.target",
  });
}
