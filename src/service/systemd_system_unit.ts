/**
 * The system unit: the gateway runs as a dynamic user, which exists only while it runs and owns only
 * the state folder.
 *
 * @module
 */
import type { ServiceSubject } from "./service_subject.ts";
import { KEY_CREDENTIAL, systemdUnit } from "./systemd_unit.ts";
import { loadablePath, type UserUnitOptions } from "./systemd_user_unit.ts";

/** The paths of the system service. */
export const SYSTEM_PLACES = {
  configFile: "/etc/pollux/config.yaml",
  /** Read by systemd, so only root needs access: settings as variables, mainly keys. */
  environmentFile: "/etc/pollux/environment",
  /** The folder that systemd makes for StateDirectory=. */
  dataDir: "/var/lib/pollux",
  masterKeyFile: `/etc/credstore/${KEY_CREDENTIAL}`,
} as const;

/** Folders that ProtectHome= hides. */
const HIDDEN = ["/home/", "/root/", "/run/user/"];

/**
 * Returns the text of the unit. The configuration file and the key must exist when it starts.
 *
 * @throws {Error} when the executable or the configuration is in a folder that the service cannot see.
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
