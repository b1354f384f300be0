/**
 * `pollux config check`: whether a configuration can be used.
 *
 * @module
 */
import { bodiesUntilOver } from "../config/bodies_until_over.ts";
import { loadConfig } from "../config/load_config.ts";
import type { Config } from "../config/schema.ts";
import { configSources } from "./config_sources.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Says that a configuration is good, and what of it has no effect any more.
 *
 * @param path The file to check, on its own; without it, what `serve` would use.
 * @throws {ConfigError} That says what is wrong with it.
 */
export async function checkConfig(path: string | undefined, terminal: Terminal): Promise<void> {
  if (path !== undefined) {
    const file = { path, isChosen: true };
    const { config } = await loadConfig({ file, env: () => undefined, flags: {} });
    terminal.out(`The configuration file "${path}" is good`);
    warnOfEnd(config, terminal);
    return;
  }
  const sources = configSources(undefined, terminal);
  const { config } = await loadConfig(sources);
  terminal.out(`The configuration is good: the file "${sources.file.path}", if any, and variables`);
  warnOfEnd(config, terminal);
}

function warnOfEnd({ log }: Config, terminal: Terminal): void {
  const over = bodiesUntilOver(log.bodies_until);
  if (over !== undefined) terminal.err(`WARNING: ${over}.`);
}
