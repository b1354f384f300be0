/**
 * The flags that every service command takes.
 *
 * @module
 */
import { type Command, Option } from "commander";
import {
  SERVICE_SYSTEMS,
  type ServiceScope,
  type ServiceSystem,
} from "../../service/service_subject.ts";
import { UsageError } from "../terminal/fail.ts";

/** The flags as parsed. */
export interface ServiceOptions {
  readonly user?: boolean;
  readonly system?: boolean;
  readonly os?: ServiceSystem;
  /** Configuration file. */
  readonly config?: string;
  /** Folder for accounts and sessions. */
  readonly dataDir?: string;
  /** Print JSON for programs instead of text for people. */
  readonly json?: boolean;
}

/** Adds the flags to a command. */
export function withServiceFlags(command: Command): Command {
  return command
    .addOption(new Option("--user", "start when you log in (default)"))
    .addOption(new Option("--system", "start with the machine").conflicts("user"))
    .addOption(new Option("--os <system>", "default: this one").choices(SERVICE_SYSTEMS))
    .option("--config <file>", "configuration file")
    .option("--data-dir <folder>", "folder for accounts and sessions")
    .option("--json", "print JSON");
}

/** The scope that the flags select: user or system. */
export function scopeOf(options: ServiceOptions): ServiceScope {
  return options.system ? "system" : "user";
}

/**
 * The system that this program runs on.
 *
 * @returns Undefined if Pollux cannot define services on it.
 */
export function ownSystem(): ServiceSystem | undefined {
  switch (Deno.build.os) {
    case "linux":
    case "windows":
      return Deno.build.os;
    case "darwin":
      return "macos";
    default:
      return undefined;
  }
}

/**
 * The system to define the service for: the flag's, else this one.
 *
 * @throws {UsageError} when Pollux cannot define services on this one.
 */
export function systemOf(options: ServiceOptions): ServiceSystem {
  const system = options.os ?? ownSystem();
  if (system !== undefined) return system;
  throw new UsageError(
    `Pollux does not support services on ${Deno.build.os}; it supports ${
      SERVICE_SYSTEMS.join(", ")
    }`,
  );
}
