/**
 * Where the clients of this user have their files.
 *
 * @module
 */
import { exists } from "../../store/folder/private_file.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { ClientPlaces } from "./clients/client.ts";

/** By this user's environment. */
export function clientPlaces({ env }: Pick<Terminal, "env">): ClientPlaces {
  return { os: Deno.build.os, env, exists: isThere };
}

/** What cannot be looked at counts as missing; whoever reads it says why it cannot be read. */
function isThere(path: string): boolean {
  try {
    return exists(path);
  } catch {
    return false;
  }
}
