/**
 * Merges the settings: flags over environment over file over defaults.
 *
 * @module
 */
import { ConfigError } from "./config_error.ts";
import { type ConfigFile, NO_CONTENT, readConfigFile, type Sections } from "./file/config_file.ts";
import { CONFIG_KEYS, SECTIONS } from "./config_keys.ts";
import { explainIssue, explainVariable } from "./explain_issue.ts";
import { type Origin, originOf, type Places } from "./origin.ts";
import { type Config, configSchema } from "./schema.ts";
import { valueMessage } from "./values/value_message.ts";

/** The sources of settings. */
export interface ConfigSources {
  /** The configuration file to read, if any. */
  readonly file?: ConfigFile;
  /** Reads a variable of the environment. */
  readonly env: (name: string) => string | undefined;
  /** Returns the names of all variables, to find mistyped ones. Default: none. */
  readonly variables?: readonly string[];
  /** The values of flags, by section and key. */
  readonly flags: Sections;
}

/** The settings in force. */
export interface LoadedConfig {
  readonly config: Config;
  /** The source of each setting, by name of the key, as in `server.port`. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/**
 * Reads the settings in force.
 *
 * @throws {ConfigError}
 */
export async function loadConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const { file, flags, variables = [] } = sources;
  const content = file === undefined ? NO_CONTENT : await readConfigFile(file);
  const sections = flattened(content.sections);
  const places: Places = {
    file: file === undefined ? undefined : { ...content, sections, path: file.path },
    env: readEnvironment(sources.env),
    flags,
  };
  const result = configSchema.safeParse(nested(merge([sections, places.env, flags])), {
    error: valueMessage,
  });
  const lines = [
    ...(result.error?.issues ?? []).flatMap((issue) => explainIssue(issue, places)),
    ...variables.map(explainVariable).filter((line) => line !== undefined),
  ];
  if (result.data === undefined || lines.length > 0) {
    throw new ConfigError(`Cannot use the configuration:\n${lines.join("\n")}`);
  }
  const origins = CONFIG_KEYS.map(({ section, key, name }) =>
    [name, originOf([...section.split("."), key], places)] as const
  );
  return { config: result.data, origins: new Map(origins) };
}

function readEnvironment(env: ConfigSources["env"]): Sections {
  const found: Record<string, Record<string, unknown>> = {};
  for (const { section, key, variable } of CONFIG_KEYS) {
    const value = env(variable);
    if (value !== undefined && value !== "") (found[section] ??= {})[key] = value;
  }
  return found;
}

/** Takes the sections within others out of them. A value that is no section stays, and is refused. */
function flattened(sections: Sections): Sections {
  const flat: Record<string, Readonly<Record<string, unknown>>> = { ...sections };
  for (const name of SECTIONS) {
    const [outer = "", key] = name.split(".");
    const keys = flat[outer];
    if (key === undefined || keys === undefined || !(key in keys)) continue;
    const { [key]: inner, ...own } = keys;
    if (typeof inner === "object" && !Array.isArray(inner)) {
      flat[outer] = own;
      flat[name] = { ...inner };
    }
  }
  return flat;
}

/** Puts the sections within others back into them. */
function nested(sections: Sections): Sections {
  const found: Record<string, Readonly<Record<string, unknown>>> = { ...sections };
  for (const name of SECTIONS) {
    const [outer = "", key] = name.split(".");
    const inner = found[name];
    if (key === undefined || inner === undefined) continue;
    delete found[name];
    found[outer] = { [key]: inner, ...found[outer] };
  }
  return found;
}

function merge(sources: readonly Sections[]): Sections {
  const merged: Record<string, Record<string, unknown>> = {};
  for (const source of sources) {
    for (const [section, keys] of Object.entries(source)) {
      merged[section] = { ...merged[section], ...keys };
    }
  }
  return merged;
}
