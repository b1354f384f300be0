/**
 * The settings of the running gateway, as the admin API lists them.
 *
 * @module
 */
import type { LoadedConfig } from "../config/load_config.ts";
import type { Config } from "../config/schema.ts";
import { type Setting, settingList } from "../config/setting_list.ts";

/** Knows the settings in force, and the last valid configuration. */
export class RunningSettings {
  readonly #started: Config;
  #loaded: LoadedConfig;

  /** @param loaded The configuration that the gateway was started with. */
  constructor(loaded: LoadedConfig) {
    this.#started = loaded.config;
    this.#loaded = loaded;
  }

  /** Takes over a changed configuration. */
  readonly change = (loaded: LoadedConfig): void => {
    this.#loaded = loaded;
  };

  /** Every setting. */
  readonly list = (): readonly Setting[] => settingList(this.#started, this.#loaded);
}
