/**
 * Lists the settings of a running gateway, for programs: without secrets, times with their units.
 *
 * @module
 */
import { changedKeys, withoutRestart } from "./config_changes.ts";
import { CONFIG_KEYS } from "./config_keys.ts";
import type { LoadedConfig } from "./load_config.ts";
import { type Origin, originText } from "./origin.ts";
import type { Config } from "./schema.ts";
import { shownValue } from "./shown_config.ts";

/** Shown instead of a secret. */
const SECRET = "(set)";

/** A setting. Values are in the notation of a file; null if there is none. */
export interface Setting {
  /** As in `server.port`. */
  readonly name: string;
  /** The value in force. */
  readonly value: unknown;
  readonly default: unknown;
  readonly origin: {
    readonly type: Origin["type"];
    /** The source in words, as in `"/etc/pollux.yaml", line 3` or `POLLUX_SERVER_PORT`. */
    readonly words: string;
  };
  /** Its purpose. */
  readonly description: string;
  /** Whether a change takes effect with the next start only. */
  readonly needsRestart: boolean;
  /** The value that the next start will have; absent if it is the one in force. */
  readonly afterRestart?: unknown;
}

/**
 * Lists every setting.
 *
 * @param started The settings that the gateway was started with.
 * @param loaded The last valid configuration.
 */
export function settingList(started: Config, loaded: LoadedConfig): readonly Setting[] {
  const inForce = withoutRestart(started, loaded.config);
  const waiting = new Set(changedKeys(inForce, loaded.config).map(({ name }) => name));
  return CONFIG_KEYS.map((key) => {
    const value = shownValue(key, inForce, SECRET) ?? null;
    const origin = loaded.origins.get(key.name) ?? { type: "default" };
    return {
      name: key.name,
      value,
      default: key.default ?? null,
      origin: { type: origin.type, words: originText(origin) },
      description: key.description,
      needsRestart: key.needsRestart ?? false,
      ...waiting.has(key.name)
        ? { afterRestart: shownValue(key, loaded.config, SECRET) ?? null }
        : {},
    };
  });
}
