/**
 * The gateway that a service definition runs.
 *
 * @module
 */

import type { Variables } from "./carried_variables.ts";

/** The systems that definitions are written for. */
export const SERVICE_SYSTEMS = ["linux", "macos", "windows"] as const;

/** One of {@linkcode SERVICE_SYSTEMS}. */
export type ServiceSystem = typeof SERVICE_SYSTEMS[number];

/** `user`: from login on, for one user; `system`: from boot on. */
export type ServiceScope = "user" | "system";

/** The gateway to run. Paths are absolute, in the notation of the definition's system. */
export interface ServiceSubject {
  readonly executable: string;
  readonly configFile: string;
  readonly dataDir: string;
  /** The sealing key, if it is outside the data folder. */
  readonly masterKeyFile: string | undefined;
  /** Additional variables of the gateway's environment. Default: none. */
  readonly variables?: Variables;
  /** Files of certificates, and folders with them, that the gateway reads. Default: none. */
  readonly trustedFiles?: readonly string[];
  /** Time limit for stopping before the gateway is killed, in s. */
  readonly stopSeconds: number;
}

/** A marker in every definition that Pollux writes, by which it recognizes them. */
export const MARKER = "Written by pollux service install, which may replace or remove this file.";

/** The arguments of the executable. */
export function serveArguments(subject: ServiceSubject): readonly string[] {
  return ["serve", "--config", subject.configFile, "--data-dir", subject.dataDir];
}

/**
 * Whether every kind of definition can contain this path: XML and systemd's files allow neither control
 * characters nor lone surrogates, and some XML parsers treat U+2028 as a line end.
 */
export function isSayable(path: string): boolean {
  return path.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u.test(path);
}

/** How many files and connections a service may have open: each call needs two. */
export const OPEN_FILES = 8192;
