/**
 * `pollux config check`: checks whether a configuration is valid.
 *
 * @module
 */
import { bodiesUntilOver } from "../../config/values/bodies_until_over.ts";
import { exposedSecrets } from "../../config/exposed_secrets.ts";
import { loadConfig, type LoadedConfig } from "../../config/load_config.ts";
import { configSources } from "./config_sources.ts";
import type { Terminal } from "../terminal/terminal.ts";

/**
 * Prints that a configuration is valid, which settings have no effect any more, and whether other
 * users can read its secrets.
 *
 * @param options The file to check, on its own; without it, what `serve` would use with that `--config`.
 * @throws {ConfigError} when it is invalid.
 */
export async function checkConfig(
  { file: path, config }: { readonly file?: string; readonly config?: string },
  terminal: Terminal,
): Promise<void> {
  if (path !== undefined) {
    const file = { path, isChosen: true };
    const loaded = await loadConfig({ file, env: () => undefined, flags: {} });
    terminal.out(`The configuration file "${path}" is valid`);
    await warn(loaded, terminal);
    return;
  }
  const sources = configSources(config, terminal);
  const loaded = await loadConfig(sources);
  terminal.out(`The configuration is valid: ${await describeFile(sources.file?.path)}`);
  await warn(loaded, terminal);
}

/** What `serve` would read. */
async function describeFile(path: string | undefined): Promise<string> {
  if (path === undefined) return "variables only, since there is no home folder for a file";
  const isThere = await Deno.stat(path).then(() => true, () => false);
  return isThere
    ? `the file "${path}" and variables`
    : `variables only, since there is no file "${path}"`;
}

async function warn(loaded: LoadedConfig, terminal: Terminal): Promise<void> {
  const exposed = await exposedSecrets(loaded);
  if (exposed !== undefined) terminal.err(`WARNING: ${exposed.message}. ${exposed.remedy}`);
  const over = bodiesUntilOver(loaded.config.log.bodies_until);
  if (over !== undefined) terminal.err(`WARNING: ${over}.`);
}
