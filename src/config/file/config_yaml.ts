/**
 * Settings written as a configuration file, with a comment on each.
 *
 * @module
 */
import { stringify } from "yaml";
import { CONFIG_KEYS, type ConfigKey, SECTIONS } from "../config_keys.ts";

/** What stands behind a key. */
export interface ConfigLine {
  /** Undefined where there is no value: the key then is itself a comment. */
  readonly value: unknown;
  readonly comment: string;
}

/**
 * Writes a file with every key.
 *
 * @param lineOf Gives a key's value, as a file would have it, and what to say of it.
 * @returns YAML, without a line end behind the last line.
 */
export function configYaml(lineOf: (key: ConfigKey) => ConfigLine): string {
  return SECTIONS.flatMap((section) => [
    `${section}:`,
    ...CONFIG_KEYS.filter((key) => key.section === section).map((key) => {
      const { value, comment } = lineOf(key);
      return value === undefined
        ? `# ${key.key}: ${comment}`
        : `  ${key.key}: ${valueText(value)} # ${comment}`;
    }),
  ]).join("\n");
}

/** JSON is YAML as well, and stays on one line. */
function valueText(value: unknown): string {
  if (typeof value === "object") return JSON.stringify(value);
  return stringify(value, { lineWidth: 0, blockQuote: false }).trimEnd();
}
