/**
 * Checks whether the configuration is valid.
 *
 * @module
 */
import { bodiesUntilOver } from "../../config/values/bodies_until_over.ts";
import { exposedSecrets } from "../../config/exposed_secrets.ts";
import { type ConfigSources, loadConfig } from "../../config/load_config.ts";
import type { Config } from "../../config/schema.ts";
import { type Finding, messageOf } from "./finding.ts";

/** The findings, and the settings in force if they are valid. */
export interface CheckedConfiguration {
  readonly findings: readonly Finding[];
  readonly config: Config | undefined;
}

/** Reads the settings as `serve` would. */
export async function checkConfiguration(sources: ConfigSources): Promise<CheckedConfiguration> {
  const check = "configuration";
  try {
    const loaded = await loadConfig(sources);
    const { config, origins } = loaded;
    const exposed = await exposedSecrets(loaded);
    const count = [...origins.values()].filter(({ type }) => type !== "default").length;
    const changed = count === 0
      ? "all settings are defaults"
      : `${count} ${
        count === 1 ? "setting differs from its default" : "settings differ from their defaults"
      }`;
    const message = `It is valid; ${changed}`;
    const over = bodiesUntilOver(config.log.bodies_until);
    const findings: readonly Finding[] = [
      { check, severity: "ok", message },
      ...exposed === undefined ? [] : [{ check, severity: "warning", ...exposed } as const],
      ...over === undefined ? [] : [{ check, severity: "note", message: over } as const],
    ];
    return { findings, config };
  } catch (error) {
    const remedy = 'Correct it, and check it with "pollux config check"';
    return {
      findings: [{ check, severity: "error", message: messageOf(error), remedy }],
      config: undefined,
    };
  }
}
