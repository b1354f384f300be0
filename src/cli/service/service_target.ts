/**
 * The service that the command line selects: its scope, its paths and its commands.
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

/** An example environment for definitions for another machine. */
const EXAMPLE_USER: Readonly<Record<ServiceSystem, Readonly<Record<string, string>>>> = {
  linux: { HOME: "/home/you" },
  macos: { HOME: "/Users/you", USER: "you" },
  windows: {
    APPDATA: "C:\\Users\\you\\AppData\\Roaming",
    LOCALAPPDATA: "C:\\Users\\you\\AppData\\Local",
    USERNAME: "you",
  },
};

/** A service, installed or not. */
export interface ServiceTarget {
  readonly system: ServiceSystem;
  readonly scope: ServiceScope;
  /** Whether the system is the one that this program runs on. */
  readonly isOwnSystem: boolean;
  readonly places: ServicePlaces;
  /** The path and encoding of the definition. */
  readonly definition: DefinitionPlace;
  readonly commands: ServiceCommands;
}

/**
 * Returns the selected service. For another system, paths are examples.
 *
 * @throws {Error} when a variable that is needed is missing.
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
      // The only encoding that every schtasks accepts.
      encoding: system === "windows" ? "utf-16le" : "utf-8",
    },
    commands: serviceCommands({ system, scope, definition: places.definition }),
  };
}

/**
 * As {@linkcode serviceTarget}, for commands that work on this machine.
 *
 * @throws {UsageError} also when another system is named.
 */
export function ownServiceTarget(options: ServiceOptions, terminal: Terminal): ServiceTarget {
  const target = serviceTarget(options, terminal);
  if (target.isOwnSystem) return target;
  throw new UsageError(
    `This machine cannot have services of ${target.system}; only pollux service print shows them`,
  );
}
