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
  return { os: Deno.build.os, env, exists };
}
