/**
 * `pollux config check`: whether a configuration can be used.
 *
 * @module
 */
import { loadConfig } from "../config/load_config.ts";
import { configSources } from "./config_sources.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Says that a configuration is good.
 *
 * @param path The file to check, on its own; without it, what `serve` would use.
 * @throws {ConfigError} That says what is wrong with it.
 */
export async function checkConfig(path: string | undefined, terminal: Terminal): Promise<void> {
  if (path !== undefined) {
    await loadConfig({ file: { path, isChosen: true }, env: () => undefined, flags: {} });
    terminal.out(`The configuration file "${path}" is good`);
    return;
  }
  const sources = configSources(undefined, terminal);
  await loadConfig(sources);
  terminal.out(`The configuration is good: the file "${sources.file.path}", if any, and variables`);
}
