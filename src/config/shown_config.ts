/**
 * Formats the settings in force for people: without secrets, times with their units.
 *
 * @module
 */
import { CONFIG_KEYS, type ConfigKey, SECTIONS } from "./config_keys.ts";
import { configYaml } from "./file/config_yaml.ts";
import type { LoadedConfig } from "./load_config.ts";
import { type Origin, originText } from "./origin.ts";
import type { Config } from "./schema.ts";
import { timeText } from "./values/value_types.ts";

/** Shown instead of a secret. */
const MASK = "***";

/** A setting and its source. */
export interface ShownSetting {
  /** In the notation of a file; null if there is none. */
  readonly value: unknown;
  readonly origin: Origin;
}

/** Returns YAML with the source of each key as a comment. */
export function shownYaml(loaded: LoadedConfig): string {
  return configYaml((key) => {
    const value = shownValue(key, loaded.config);
    return { value, comment: value === undefined ? "not set" : originText(originIn(loaded, key)) };
  });
}

/** The same as an object, by section and key. */
export function shownJson(loaded: LoadedConfig): Record<string, Record<string, ShownSetting>> {
  return Object.fromEntries(SECTIONS.map((section) => {
    const keys = CONFIG_KEYS.filter((key) => key.section === section);
    return [
      section,
      Object.fromEntries(keys.map((key) => {
        const value = shownValue(key, loaded.config) ?? null;
        return [key.key, { value, origin: originIn(loaded, key) }];
      })),
    ];
  }));
}

/** Returns the value of a key in the settings in force, where times are in ms. */
export function valueOf({ section, key }: ConfigKey, config: Config): unknown {
  return [...section.split("."), key].reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null
        ? Object.entries(value).find(([one]) => one === name)?.[1]
        : undefined,
    config,
  );
}

/**
 * Returns the value of a key in the notation of a file.
 *
 * @param mask Shown instead of a secret.
 */
export function shownValue(key: ConfigKey, config: Config, mask: string = MASK): unknown {
  const value = valueOf(key, config);
  if (key.isSecret) return value === undefined ? undefined : mask;
  return key.isTime && typeof value === "number" ? timeText(value) : value;
}

function originIn({ origins }: LoadedConfig, { name }: ConfigKey): Origin {
  return origins.get(name) ?? { type: "default" };
}
