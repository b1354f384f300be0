/**
 * Where this process takes its configuration from.
 *
 * @module
 */
import type { ConfigSources } from "../../config/load_config.ts";
import { configFile } from "../../config/paths.ts";
import type { Terminal } from "../terminal/terminal.ts";

/**
 * The file and the environment. There is no file where the environment names no home to look in.
 *
 * @param chosen The file that the user named, if any.
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
