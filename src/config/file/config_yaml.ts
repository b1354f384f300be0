/**
 * Settings written as a configuration file, with a comment on each.
 *
 * @module
 */
import { stringify } from "yaml";
import { CONFIG_KEYS, type ConfigKey, SECTIONS } from "../config_keys.ts";

/** The text after a key. */
export interface ConfigLine {
  /** Undefined if there is no value: the key is commented out then. */
  readonly value: unknown;
  readonly comment: string;
}

/**
 * Writes a file with every key.
 *
 * @param lineOf Returns a key's value in the notation of a file, and the comment.
 * @returns YAML, without a line end after the last line.
 */
export function configYaml(lineOf: (key: ConfigKey) => ConfigLine): string {
  return SECTIONS.flatMap((section) => {
    const [name, inner] = section.split(".");
    const indent = inner === undefined ? "" : "  ";
    return [
      `${indent}${inner ?? name}:`,
      ...linesOf(section).map((line) => line.startsWith("#") ? line : `${indent}${line}`),
    ];
  }).join("\n");

  function linesOf(section: string): readonly string[] {
    return CONFIG_KEYS.filter((key) => key.section === section).map((key) => {
      const { value, comment } = lineOf(key);
      return value === undefined
        ? `# ${key.key}: ${comment}`
        : `  ${key.key}: ${valueText(value)} # ${comment}`;
    });
  }
}

/** Writes values as JSON, which is valid YAML and stays on one line. */
function valueText(value: unknown): string {
  if (typeof value === "object") return JSON.stringify(value);
  return stringify(value, { lineWidth: 0, blockQuote: false }).trimEnd();
}
