/**
 * The sources of this process's configuration.
 *
 * @module
 */
import type { ConfigSources } from "../../config/load_config.ts";
import { configFile } from "../../config/paths.ts";
import type { Terminal } from "../terminal/terminal.ts";

/**
 * Returns the file and the environment. Without a home folder in the environment there is no file.
 *
 * @param chosen The file of `--config`, if given.
 */
export function configSources(
  chosen: string | undefined,
  { env, variables }: Pick<Terminal, "env" | "variables">,
): ConfigSources {
  const path = configFile(chosen, { os: Deno.build.os, env });
  return {
    ...(path === undefined ? {} : { file: { path, isChosen: chosen !== undefined } }),
    env,
    variables: variables(),
    flags: {},
  };
}
