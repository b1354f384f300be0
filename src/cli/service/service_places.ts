/**
 * The paths of a service's files, for each system and scope.
 *
 * @module
 */
import { posix, win32 } from "node:path";
import { dataDir, type PathOptions, requiredConfigFile } from "../../config/paths.ts";
import { LAUNCHD_LABEL } from "../../service/launchd_plist.ts";
import type { ServiceScope, ServiceSystem } from "../../service/service_subject.ts";
import { SYSTEM_PLACES } from "../../service/systemd_system_unit.ts";
import { UNIT_NAME } from "../../service/systemd_unit.ts";
import { UsageError } from "../terminal/fail.ts";

/** What the paths depend on. */
export interface PlaceOptions {
  readonly system: ServiceSystem;
  readonly scope: ServiceScope;
  /** Reads a variable of the environment. */
  readonly env: PathOptions["env"];
  /** Values of flags. */
  readonly config: string | undefined;
  readonly dataDir: string | undefined;
  /** The folder that relative paths are resolved against. */
  readonly workingFolder: string;
}

/** Absolute paths, and the user if a definition must name one. */
export interface ServicePlaces {
  readonly definition: string;
  readonly configFile: string;
  readonly dataDir: string;
  readonly masterKeyFile: string | undefined;
  /** The file for the gateway's output, if the system has no journal. */
  readonly logFile: string | undefined;
  readonly userName: string | undefined;
}

/**
 * Finds the paths.
 *
 * @throws {Error} when a variable that is needed is missing.
 */
export function servicePlaces(options: PlaceOptions): ServicePlaces {
  switch (options.system) {
    case "linux":
      return options.scope === "user" ? systemdUser(options) : systemdSystem(options);
    case "macos":
      return launchd(options);
    case "windows":
      return taskScheduler(options);
  }
}

function systemdUser(options: PlaceOptions): ServicePlaces {
  const own = ownPlaces({ ...options, os: "linux" });
  const settings = posix.dirname(
    posix.dirname(requiredConfigFile(undefined, { ...options, os: "linux" })),
  );
  return {
    ...own,
    definition: posix.join(settings, "systemd/user", UNIT_NAME),
    logFile: undefined,
    userName: undefined,
  };
}

function systemdSystem(options: PlaceOptions): ServicePlaces {
  if (options.dataDir !== undefined) {
    throw new UsageError(
      `A service of the system has its data in "${SYSTEM_PLACES.dataDir}", which systemd creates; ` +
        "leave out --data-dir, or use --user",
    );
  }
  return {
    definition: posix.join("/etc/systemd/system", UNIT_NAME),
    configFile: options.config === undefined
      ? SYSTEM_PLACES.configFile
      : posix.resolve(options.workingFolder, options.config),
    dataDir: SYSTEM_PLACES.dataDir,
    masterKeyFile: masterKeyFile(options, posix) ?? SYSTEM_PLACES.masterKeyFile,
    logFile: undefined,
    userName: undefined,
  };
}

/** A launchd daemon runs as the user who called sudo, with that user's accounts. */
function launchd(options: PlaceOptions): ServicePlaces {
  const { scope, env } = options;
  const userName = scope === "system" ? env("SUDO_USER") || env("USER") : undefined;
  if (scope === "system" && (!userName || userName === "root")) {
    throw new UsageError(
      "The daemon must run as a user, not as root: run this with sudo from that user's account",
    );
  }
  const home = userName !== undefined && env("HOME") === "/var/root"
    ? posix.join("/Users", userName)
    : env("HOME");
  const own = ownPlaces({
    ...options,
    os: "darwin",
    env: (name) => name === "HOME" ? home : env(name),
  });
  return {
    ...own,
    definition: posix.join(
      scope === "user" ? posix.join(home ?? "", "Library/LaunchAgents") : "/Library/LaunchDaemons",
      `${LAUNCHD_LABEL}.plist`,
    ),
    logFile: posix.join(home ?? "", "Library/Logs/pollux.log"),
    userName,
  };
}

function taskScheduler(options: PlaceOptions): ServicePlaces {
  const { env } = options;
  const name = env("USERNAME");
  if (!name) throw new Error('The variable "USERNAME" is not set; set it to your user name');
  const domain = env("USERDOMAIN");
  return {
    ...ownPlaces({ ...options, os: "windows" }),
    definition: win32.join(
      win32.dirname(requiredConfigFile(undefined, { env, os: "windows" })),
      "pollux-task.xml",
    ),
    // A task has no variables of its own; it has those that are set for the user.
    masterKeyFile: undefined,
    logFile: undefined,
    userName: domain ? `${domain}\\${name}` : name,
  };
}

/** The paths that the user's other commands use. */
function ownPlaces(
  options: PlaceOptions & { readonly os: PathOptions["os"] },
): Pick<ServicePlaces, "configFile" | "dataDir" | "masterKeyFile"> {
  const { workingFolder } = options;
  const { resolve } = options.os === "windows" ? win32 : posix;
  return {
    configFile: resolve(workingFolder, requiredConfigFile(options.config, options)),
    dataDir: resolve(workingFolder, dataDir(options.dataDir, options)),
    masterKeyFile: masterKeyFile(options, { resolve }),
  };
}

function masterKeyFile(
  { env, workingFolder }: PlaceOptions,
  { resolve }: Pick<typeof posix, "resolve">,
): string | undefined {
  const path = env("POLLUX_MASTER_KEY_FILE");
  return path ? resolve(workingFolder, path) : undefined;
}
