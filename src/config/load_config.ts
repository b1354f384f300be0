/**
 * Puts the settings together: flags over environment over file over defaults.
 *
 * @module
 */
import * as z from "zod";
import { parseYaml } from "./parse_yaml.ts";
import { type Config, configSchema } from "./schema.ts";

/** Settings as they come from one place: sections of keys. */
type Sections = Record<string, Record<string, unknown>>;

/** Where settings come from. */
export interface ConfigSources {
  /** The configuration file, if one is to be read. */
  readonly file?: {
    readonly path: string;
    /** Whether the user named it, so that it has to be there. */
    readonly isChosen: boolean;
  };
  readonly env: (name: string) => string | undefined;
  /** What flags said, by section and key. */
  readonly flags: Sections;
}

/** A configuration that can't be used. The message says where, what and why, a line each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * Reads the settings in force.
 *
 * @throws {ConfigError}
 */
export async function loadConfig(sources: ConfigSources): Promise<Config> {
  const file = sources.file === undefined ? {} : await readFile(sources.file);
  const env = readEnvironment(sources.env);
  const merged = merge([file, env, sources.flags]);
  const result = configSchema.safeParse(merged);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) =>
    describe(issue, { env, flags: sources.flags, path: sources.file?.path ?? "" })
  );
  throw new ConfigError(`Cannot use the configuration:\n${lines.join("\n")}`);
}

/** The variable that sets a key: `server.port` is `POLLUX_SERVER_PORT`. */
export function variableOf(section: string, key: string): string {
  return `POLLUX_${section}_${key}`.toUpperCase();
}

async function readFile(file: NonNullable<ConfigSources["file"]>): Promise<Sections> {
  let text: string;
  try {
    text = await Deno.readTextFile(file.path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound && !file.isChosen) return {};
    const why = error instanceof Deno.errors.NotFound ? "it does not exist" : "it cannot be read";
    throw new ConfigError(
      `Cannot use the configuration file "${file.path}": ${why}. Check the path and its permissions`,
    );
  }
  let root: unknown;
  try {
    root = parseYaml(text);
  } catch (error) {
    throw new ConfigError(
      `Cannot read the configuration file "${file.path}": ` +
        (error instanceof Error ? error.message : error),
    );
  }
  if (root === null || root === undefined) return {};
  const sections = z.record(z.string(), z.record(z.string(), z.unknown()).nullable()).safeParse(
    root,
  );
  if (!sections.success) {
    const section = sections.error.issues[0]?.path[0];
    const what = section === undefined ? "it" : `its "${String(section)}"`;
    throw new ConfigError(
      `Cannot use the configuration file "${file.path}": ${what} must hold ` +
        `${section === undefined ? "sections with keys" : "keys"}, as in\nserver:\n  port: 8045`,
    );
  }
  return Object.fromEntries(
    Object.entries(sections.data).map(([section, keys]) => [section, keys ?? {}]),
  );
}

function readEnvironment(env: ConfigSources["env"]): Sections {
  const found: Sections = {};
  for (const [section, keys] of Object.entries(configSchema.shape)) {
    for (const key of Object.keys(keys.unwrap().shape)) {
      const value = env(variableOf(section, key));
      if (value !== undefined && value !== "") (found[section] ??= {})[key] = value;
    }
  }
  return found;
}

function merge(sources: readonly Sections[]): Sections {
  const merged: Sections = {};
  for (const source of sources) {
    for (const [section, keys] of Object.entries(source)) {
      merged[section] = { ...merged[section], ...keys };
    }
  }
  return merged;
}

function describe(
  issue: z.core.$ZodIssue,
  so: { readonly env: Sections; readonly path: string; readonly flags: Sections },
): string {
  const [section = "", key = ""] = issue.path.map(String);
  const flag = so.flags[section]?.[key] !== undefined;
  const variable = so.env[section]?.[key] !== undefined;
  if (issue.code === "unrecognized_keys") {
    const names = issue.keys.map((name) => `"${name}"`).join(", ");
    const where = section === "" ? "" : `${section}: `;
    return `  ${where}No such ${section === "" ? "section" : "key"}: ${names}; there are ` +
      `${knownIn(section).join(", ")} (in "${so.path}")`;
  }
  const place = flag ? `--${key}` : variable ? variableOf(section, key) : `"${so.path}"`;
  const name = issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  return `  ${name}${issue.message} (in ${place})`;
}

/** The keys of a section, or the sections where it is empty. */
function knownIn(section: string): readonly string[] {
  const sections = Object.entries(configSchema.shape);
  const found = sections.find(([name]) => name === section)?.[1];
  return found === undefined ? sections.map(([name]) => name) : Object.keys(found.unwrap().shape);
}
