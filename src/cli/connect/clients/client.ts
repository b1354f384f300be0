/**
 * A client that Pollux can connect: its files, and the settings that it needs.
 *
 * @module
 */
import type { ClientId } from "./client_ids.ts";
import type { FormatName } from "../formats/formats.ts";
import type { Setting } from "../formats/settings_format.ts";

/** What clients send where no key is asked for: most of them need some text. */
export const ANY_KEY = "pollux";

/** Where a client is to send its requests. */
export interface ConnectTarget {
  /** The gateway's address, without a slash at its end. */
  readonly url: string;
  /** The key that the client sends. */
  readonly key: string;
  /** The model to use. */
  readonly model: string;
  /** The model for small tasks, such as titles. */
  readonly smallModel: string;
}

/** What the paths of a client's files depend on. */
export interface ClientPlaces {
  readonly os: typeof Deno.build.os;
  /** Reads a variable of the environment; an empty one counts as unset. */
  readonly env: (name: string) => string | undefined;
  /** Whether a file is there. */
  readonly exists: (path: string) => boolean;
}

/** A file, and what Pollux sets in it. */
export interface ClientFile {
  readonly path: string;
  readonly format: FormatName;
  readonly settings: readonly Setting[];
}

/** A client. */
export interface Client {
  /** As commands name it. */
  readonly id: ClientId;
  /** As its makers write it. */
  readonly name: string;
  /** The program's name on the `PATH`. */
  readonly program: string;
  /**
   * Its files with the settings, in the order in which they are written.
   *
   * @throws {Error} when the environment names no home.
   */
  readonly files: (places: ClientPlaces, target: ConnectTarget) => readonly ClientFile[];
  /** Variables of the environment that the client takes instead of what the file says. */
  readonly overriding: readonly string[];
  /** What the user has to know besides, as a sentence without its full stop. */
  readonly advice?: string;
}

/** The user's home folder, as clients look for it. */
export function homeOf({ os, env }: ClientPlaces): string {
  const name = os === "windows" ? "USERPROFILE" : "HOME";
  const home = env(name);
  if (home) return home;
  throw new Error(`The variable "${name}" is not set; set it to your home folder`);
}
