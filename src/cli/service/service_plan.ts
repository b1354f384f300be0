/**
 * Plans the installation of a service: its definition, for the configuration that it would use.
 *
 * @module
 */
import { posix } from "node:path";
import { ConfigError } from "../../config/config_error.ts";
import { loadConfig } from "../../config/load_config.ts";
import type { Config } from "../../config/schema.ts";
import type { DefinitionFile } from "../../service/definition_file.ts";
import type { Variables } from "../../service/carried_variables.ts";
import { launchdPlist } from "../../service/launchd_plist.ts";
import {
  isSayable,
  type ServiceSubject,
  type ServiceSystem,
} from "../../service/service_subject.ts";
import { systemdSystemUnit } from "../../service/systemd_system_unit.ts";
import { systemdUserUnit } from "../../service/systemd_user_unit.ts";
import { systemdVersion } from "../../service/systemd_version.ts";
import { windowsTask } from "../../service/windows_task.ts";
import type { ServiceTarget } from "./service_target.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Least time between the end of draining and the kill, in s: usage and sessions are saved then. */
const AFTER_DRAIN_SECONDS = 15;

/** The executable's usual path, for definitions for another machine. */
const USUAL_EXECUTABLE: Readonly<Record<ServiceSystem, string>> = {
  linux: "/usr/local/bin/pollux",
  macos: "/usr/local/bin/pollux",
  windows: "C:\\Program Files\\Pollux\\pollux.exe",
};

/** The context of a service command. */
export interface ServiceContext {
  readonly terminal: Terminal;
  /** Path of this executable; undefined when the program runs from source. */
  readonly executable: string | undefined;
}

/** A planned service. */
export interface ServicePlan {
  readonly definition: DefinitionFile;
  /** The configuration that the service would use: the file's only, since its environment differs. */
  readonly config: Config;
}

/**
 * Makes the plan; changes nothing.
 *
 * @param executable The program to run; undefined for its usual path.
 * @param variables Additional variables of its environment.
 * @throws {Error} when the configuration is invalid, or a path cannot be used.
 */
export async function servicePlan(
  target: ServiceTarget,
  executable: string | undefined,
  variables: Variables = [],
): Promise<ServicePlan> {
  const { system, isOwnSystem, places, definition } = target;
  const config = await configOf(target);
  const subject: ServiceSubject = {
    executable: isOwnSystem && executable !== undefined ? executable : USUAL_EXECUTABLE[system],
    configFile: places.configFile,
    dataDir: places.dataDir,
    masterKeyFile: places.masterKeyFile,
    variables,
    trustedFiles: trustedFiles(config, variables),
    stopSeconds: Math.ceil(config.server.drain_timeout / 1000) + AFTER_DRAIN_SECONDS,
  };
  for (const path of [subject.executable, ...Object.values(places)]) {
    if (path !== undefined && !isSayable(path)) {
      throw new Error(
        "A path with line breaks or control characters cannot be in a definition: choose another",
      );
    }
  }
  return { definition: { ...definition, text: await definitionText(subject, target) }, config };
}

/**
 * Files that the service reads, in whichever folder they are. Of the gateway's own certificate and key it is
 * their folders: a renewal replaces the files, and a file that is bound would stay the former one.
 */
function trustedFiles({ network, server }: Config, variables: Variables): readonly string[] {
  const named = variables.filter(([name]) => /_CERTS?$|_CERT_FILE$/.test(name));
  const { cert, key } = server.tls;
  const folders = [cert, key].map((path) => path === undefined ? undefined : posix.dirname(path));
  const files = [network.ca_file, ...named.map(([, path]) => path), ...folders];
  return [...new Set(files.filter((path) => path !== undefined))];
}

async function configOf({ places, isOwnSystem }: ServiceTarget): Promise<Config> {
  const sources = { env: () => undefined, flags: {} };
  if (!isOwnSystem) return (await loadConfig(sources)).config;
  try {
    const file = { path: places.configFile, isChosen: false };
    return (await loadConfig({ ...sources, file })).config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`The service could not start. ${error.message}`, { cause: error });
  }
}

async function definitionText(
  subject: ServiceSubject,
  target: ServiceTarget,
): Promise<string> {
  const { system, scope, isOwnSystem, places: { logFile = "", userName = "" } } = target;
  switch (system) {
    case "linux": {
      const options = { systemdVersion: isOwnSystem ? await systemdVersion() : undefined };
      return scope === "user"
        ? systemdUserUnit(subject, options)
        : systemdSystemUnit(subject, options);
    }
    case "macos":
      return launchdPlist(subject, { logFile, userName: userName || undefined });
    case "windows":
      return windowsTask(subject, { scope, userName });
  }
}
