/**
 * The flags that every accounts command takes.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { collect } from "../terminal/collect.ts";

/** Help text of the argument that takes names of accounts. */
export const ACCOUNT_NAMES = 'names; * matches any text, as in "team-*"';

/** The flags as parsed. */
export interface AccountsOptions {
  /** Configuration file, which may name a shared store. */
  readonly config?: string;
  /** Folder for accounts and sessions. */
  readonly dataDir?: string;
  /** Print JSON for programs instead of text for people. */
  readonly json?: boolean;
}

/** Adds the flags to a command. */
export function withShared(command: Command): Command {
  return command
    .option("--config <file>", "configuration file")
    .option("--data-dir <folder>", "folder for accounts and sessions")
    .option("--json", "print JSON");
}

/** The repeatable flag for an account's base URLs, tried in order; an empty list when not given. */
export function repeatableBaseUrl(): Option {
  return new Option("--base-url <url>", "send requests here; repeatable")
    .argParser(collect)
    .default([], "Google's own");
}
