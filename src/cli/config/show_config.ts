/**
 * `pollux config show`: the settings in force, and where each comes from.
 *
 * @module
 */
import { loadConfig } from "../../config/load_config.ts";
import { shownJson, shownYaml } from "../../config/shown_config.ts";
import { configSources } from "./config_sources.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** The flags as parsed. */
export interface ShowConfigOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** Prints the settings that `serve` would use without flags of its own. */
export async function showConfig(options: ShowConfigOptions, terminal: Terminal): Promise<void> {
  const loaded = await loadConfig(configSources(options.config, terminal));
  terminal.out(options.json ? JSON.stringify(shownJson(loaded), null, 2) : shownYaml(loaded));
}
