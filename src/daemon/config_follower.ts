/**
 * Applies changes of the configuration while the gateway runs: when its file changes, and when the
 * process gets SIGHUP.
 *
 * @module
 */
import { changedKeys, withoutRestart } from "../config/config_changes.ts";
import type { ConfigKey } from "../config/config_keys.ts";
import { FileWatch } from "../config/file/file_watch.ts";
import { type ConfigSources, loadConfig, type LoadedConfig } from "../config/load_config.ts";
import type { Config } from "../config/schema.ts";
import { HAS_RELOAD_SIGNAL } from "./start_signals.ts";

/** The log for the results of changes. */
export interface ConfigLogger {
  info(message: string, properties?: Record<string, unknown>): void;
  warn(message: string, properties?: Record<string, unknown>): void;
  error(message: string, properties?: Record<string, unknown>): void;
}

/** Options of the follower. */
export interface FollowOptions {
  readonly sources: ConfigSources;
  /** The settings that the gateway was started with. */
  readonly started: Config;
  /** Applies settings, all or none. Throws with the reason if it cannot. */
  readonly apply: (config: Config) => void;
  /** Called with every valid configuration, after it was applied. */
  readonly onLoaded?: (loaded: LoadedConfig) => void;
  /** Called after settings were applied, with the names of those in force now, as in `log.level`. */
  readonly onApplied?: (names: readonly string[]) => void;
  readonly logger: ConfigLogger;
}

/** Follows the configuration until it is disposed of. */
export class ConfigFollower implements AsyncDisposable {
  readonly #options: FollowOptions;
  readonly #watch: FileWatch | undefined;
  /** The last valid configuration. */
  #known: Config;
  #reloading: Promise<void> = Promise.resolve();

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#known = options.started;
    const { file } = options.sources;
    this.#watch = file && new FileWatch(file.path, () => this.#reload({ isSignal: false }));
    if (HAS_RELOAD_SIGNAL) Deno.addSignalListener("SIGHUP", this.#onSignal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (HAS_RELOAD_SIGNAL) Deno.removeSignalListener("SIGHUP", this.#onSignal);
    await this.#watch?.[Symbol.asyncDispose]();
    await this.#reloading;
  }

  readonly #onSignal = (): void => this.#reload({ isSignal: true });

  /** Reloads run one after the other, so that the newest configuration is applied last. */
  #reload(how: { readonly isSignal: boolean }): void {
    this.#reloading = this.#reloading.then(() => this.#reloadNow(how));
  }

  async #reloadNow({ isSignal }: { readonly isSignal: boolean }): Promise<void> {
    const { sources, started, apply, onLoaded, onApplied, logger } = this.#options;
    let changed: readonly ConfigKey[];
    try {
      const loaded = await loadConfig(sources);
      const { config } = loaded;
      changed = changedKeys(this.#known, config);
      if (changed.length > 0) apply(withoutRestart(started, config));
      this.#known = config;
      onLoaded?.(loaded);
    } catch (error) {
      logger.error("The new configuration was refused, the former one stays in force: {why}", {
        why: error instanceof Error ? error.message.replace(/\s*\n\s*/g, " ") : "unknown",
      });
      return;
    }
    const restart = changedKeys(started, this.#known)
      .filter((key) => key.needsRestart && changed.includes(key));
    const live = changed.filter((key) => !restart.includes(key));
    if (live.length > 0) {
      logger.info("The configuration has changed, and is in force: {keys}", { keys: listOf(live) });
      onApplied?.(live.map(({ name }) => name));
    }
    if (restart.length > 0) {
      logger.warn("The configuration has changed, but needs a restart for {keys}", {
        keys: listOf(restart),
      });
    }
    if (isSignal && changed.length === 0) logger.info("The configuration has not changed");
  }
}

function listOf(keys: readonly ConfigKey[]): string {
  return keys.map(({ name }) => name).join(", ");
}
