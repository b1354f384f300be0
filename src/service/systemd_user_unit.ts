/**
 * The user unit: the gateway runs as that user with the accounts of the user's commands, and cannot
 * access the rest of the home folder.
 *
 * @module
 */
import { posix } from "node:path";
import type { ServiceSubject } from "./service_subject.ts";
import { KEY_CREDENTIAL, systemdUnit } from "./systemd_unit.ts";
import { systemdText, systemdWord } from "./systemd_word.ts";

/** Settings that depend on the machine. */
export interface UserUnitOptions {
  /** The version of the machine's systemd; undefined if unknown. */
  readonly systemdVersion: number | undefined;
}

/**
 * Returns the text of the unit. The data folder and the configuration file must exist when it starts.
 *
 * @throws {Error} when a unit cannot contain one of the paths.
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
      // Mounts the folder: after an editor replaces a mounted file, the old one would stay visible.
      `BindReadOnlyPaths=${
        [executable, ...(isWithinData ? [] : [configDir])].map(systemdWord).join(" ")
      }`,
      // The gateway reports a missing file with a better message than systemd's.
      ...(subject.trustedFiles ?? []).map((path) => `BindReadOnlyPaths=-${systemdWord(path)}`),
      `LoadCredential=${credential(masterKeyFile)}`,
    ],
    wantedBy: "default.target",
  });
}

/** Without a path, systemd passes on its own credential of that name, if there is one. */
function credential(path: string | undefined): string {
  if (path === undefined) return KEY_CREDENTIAL;
  return `${KEY_CREDENTIAL}:${loadablePath(path)}`;
}

/**
 * Returns a path for the end of a `LoadCredential=` line, which is not quoted.
 *
 * @throws {Error} when systemd would strip the end of the path.
 */
export function loadablePath(path: string): string {
  if (/[\s\\]$/.test(path)) {
    throw new Error(`systemd cannot use a path that ends like this: move the key "${path}"`);
  }
  return systemdText(path);
}
