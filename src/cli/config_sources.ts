/**
 * Where this process takes its configuration from.
 *
 * @module
 */
import type { ConfigSources } from "../config/load_config.ts";
import { configFile } from "../config/paths.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The file and the environment.
 *
 * @param chosen The file that the user named, if any.
 * @throws {Error} when the environment names no home to look in.
 */
export function configSources(
  chosen: string | undefined,
  { env, variables }: Pick<Terminal, "env" | "variables">,
): ConfigSources & Required<Pick<ConfigSources, "file">> {
  return {
    file: {
      path: configFile(chosen, { os: Deno.build.os, env }),
      isChosen: chosen !== undefined,
    },
    env,
    variables: variables(),
    flags: {},
  };
}
