/**
 * What a service definition is about: which gateway the machine is to keep running.
 *
 * @module
 */

import type { Variables } from "./carried_variables.ts";

/** The systems that definitions are written for. */
export const SERVICE_SYSTEMS = ["linux", "macos", "windows"] as const;

/** One of {@linkcode SERVICE_SYSTEMS}. */
export type ServiceSystem = typeof SERVICE_SYSTEMS[number];

/** `user`: from login on, for one user; `system`: from the machine's start on. */
export type ServiceScope = "user" | "system";

/** The gateway to run. Paths are absolute, in the way of the system that the definition is for. */
export interface ServiceSubject {
  readonly executable: string;
  readonly configFile: string;
  readonly dataDir: string;
  /** The sealing key, where it is kept outside the data folder. */
  readonly masterKeyFile: string | undefined;
  /** What the gateway's environment has besides. Default: nothing. */
  readonly variables?: Variables;
  /** Files of certificates that the gateway reads. Default: none. */
  readonly trustedFiles?: readonly string[];
  /** Longest that the gateway may take to stop before it is killed, in s. */
  readonly stopSeconds: number;
}

/** Stands in every definition that Pollux writes, by which it knows its own. */
export const MARKER = "Written by pollux service install, which may replace or remove this file.";

/** What stands after the executable's name. */
export function serveArguments(subject: ServiceSubject): readonly string[] {
  return ["serve", "--config", subject.configFile, "--data-dir", subject.dataDir];
}

/**
 * Whether every definition has a way to say this path: XML and systemd's files know neither control
 * characters nor halves of characters, and some readers of XML take U+2028 for a line's end.
 */
export function isSayable(path: string): boolean {
  return path.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u.test(path);
}

/** How many files and connections a service may have open: each call takes two. */
export const OPEN_FILES = 8192;
