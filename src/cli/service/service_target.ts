/**
 * Which service the command line means: of which kind, where it belongs, what the user types for it.
 *
 * @module
 */
import type { DefinitionPlace } from "../../service/definition_file.ts";
import type { ServiceScope, ServiceSystem } from "../../service/service_subject.ts";
import { UsageError } from "../terminal/fail.ts";
import { type ServiceCommands, serviceCommands } from "./service_commands.ts";
import { ownSystem, scopeOf, type ServiceOptions, systemOf } from "./service_options.ts";
import { type ServicePlaces, servicePlaces } from "./service_places.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** The environment of a user of another machine. */
const EXAMPLE_USER: Readonly<Record<ServiceSystem, Readonly<Record<string, string>>>> = {
  linux: { HOME: "/home/you" },
  macos: { HOME: "/Users/you", USER: "you" },
  windows: {
    APPDATA: "C:\\Users\\you\\AppData\\Roaming",
    LOCALAPPDATA: "C:\\Users\\you\\AppData\\Local",
    USERNAME: "you",
  },
};

/** A service that may or may not be installed. */
export interface ServiceTarget {
  readonly system: ServiceSystem;
  readonly scope: ServiceScope;
  /** Whether the system is the one that this program runs on. */
  readonly isOwnSystem: boolean;
  readonly places: ServicePlaces;
  /** Where the definition belongs, and in which encoding. */
  readonly definition: DefinitionPlace;
  readonly commands: ServiceCommands;
}

/**
 * Finds out which service is meant. Of another system, paths are examples.
 *
 * @throws {Error} when the environment does not say where things are.
 */
export function serviceTarget(options: ServiceOptions, terminal: Terminal): ServiceTarget {
  const system = systemOf(options);
  const scope = scopeOf(options);
  const isOwnSystem = system === ownSystem();
  const places = servicePlaces({
    system,
    scope,
    env: isOwnSystem ? terminal.env : (name) => EXAMPLE_USER[system][name],
    config: options.config,
    dataDir: options.dataDir,
    workingFolder: isOwnSystem ? Deno.cwd() : "/",
  });
  return {
    system,
    scope,
    isOwnSystem,
    places,
    definition: {
      path: places.definition,
      // schtasks takes nothing else for sure.
      encoding: system === "windows" ? "utf-16le" : "utf-8",
    },
    commands: serviceCommands({ system, scope, definition: places.definition }),
  };
}

/**
 * As {@linkcode serviceTarget}, for commands that work on this machine.
 *
 * @throws {UsageError} when another system is named, too.
 */
export function ownServiceTarget(options: ServiceOptions, terminal: Terminal): ServiceTarget {
  const target = serviceTarget(options, terminal);
  if (target.isOwnSystem) return target;
  throw new UsageError(
    `This machine cannot have services of ${target.system}; only pollux service print shows them`,
  );
}
