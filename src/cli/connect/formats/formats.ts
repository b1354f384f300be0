/**
 * The formats of settings by their names, as records of connections have them.
 *
 * @module
 */
import { DOTENV_FORMAT } from "./dotenv_format.ts";
import { JSON_FORMAT } from "./json_format.ts";
import type { SettingsFormat } from "./settings_format.ts";
import { TOML_FORMAT } from "./toml_format.ts";
import { YAML_FORMAT } from "./yaml_format.ts";

/** The names. */
export const FORMAT_NAMES = ["json", "toml", "yaml", "dotenv"] as const;

/** One of them. */
export type FormatName = typeof FORMAT_NAMES[number];

/** Each format. */
export const FORMATS: Readonly<Record<FormatName, SettingsFormat>> = {
  json: JSON_FORMAT,
  toml: TOML_FORMAT,
  yaml: YAML_FORMAT,
  dotenv: DOTENV_FORMAT,
};
