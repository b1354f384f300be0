/**
 * The unit of a user: the gateway runs as that user, on the accounts that the user's commands see, and
 * sees nothing else of the home folder.
 *
 * @module
 */
import { posix } from "node:path";
import type { ServiceSubject } from "./service_subject.ts";
import { KEY_CREDENTIAL, systemdUnit } from "./systemd_unit.ts";
import { systemdText, systemdWord } from "./systemd_word.ts";

/** What depends on the machine. */
export interface UserUnitOptions {
  /** Of the machine's systemd; undefined when not known. */
  readonly systemdVersion: number | undefined;
}

/**
 * The text of the unit. The data folder has to be there when it starts, and the configuration file too.
 *
 * @throws {Error} when systemd cannot be told one of the paths.
 */
export function systemdUserUnit(subject: ServiceSubject, options: UserUnitOptions): string {
  const { executable, configFile, dataDir, masterKeyFile } = subject;
  const configDir = posix.dirname(configFile);
  const isWithinData = `${configDir}/`.startsWith(`${dataDir}/`);
  return systemdUnit(subject, {
    ...options,
    unit: [],
    service: [
      "ProtectHome=tmpfs",
      `BindPaths=${systemdWord(dataDir)}`,
      // The folder, since a file that an editor replaces would not be seen again.
      `BindReadOnlyPaths=${
        [executable, ...(isWithinData ? [] : [configDir])].map(systemdWord).join(" ")
      }`,
      // One that is missing is told by the gateway, in better words than systemd's.
      ...(subject.trustedFiles ?? []).map((path) => `BindReadOnlyPaths=-${systemdWord(path)}`),
      `LoadCredential=${credential(masterKeyFile)}`,
    ],
    wantedBy: "default.target",
  });
}

/** Without a path the manager hands on what it has under that name, and starts without it otherwise. */
function credential(path: string | undefined): string {
  if (path === undefined) return KEY_CREDENTIAL;
  return `${KEY_CREDENTIAL}:${loadablePath(path)}`;
}

/**
 * A path at the end of a `LoadCredential=` line, which is not quoted.
 *
 * @throws {Error} when its end would be lost.
 */
export function loadablePath(path: string): string {
  if (/[\s\\]$/.test(path)) {
    throw new Error(`systemd cannot use a path that ends like this: move the key "${path}"`);
  }
  return systemdText(path);
}
