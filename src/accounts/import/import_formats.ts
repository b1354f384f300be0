/**
 * Every format that accounts can be imported from.
 *
 * @module
 */
import { ADC } from "./adc.ts";
import { ANTIGRAVITY } from "./antigravity.ts";
import { API_KEYS } from "./api_keys.ts";
import { CLIPROXYAPI } from "./cliproxyapi.ts";
import { GEMINI_CLI } from "./gemini_cli.ts";
import type { ImportFormat, SourceFile } from "./import_format.ts";

/** In the order in which they are tried on files of unknown format. */
export const IMPORT_FORMATS: readonly ImportFormat[] = [
  ADC,
  GEMINI_CLI,
  CLIPROXYAPI,
  ANTIGRAVITY,
  API_KEYS,
];

/** The format of files; undefined when it is unknown. */
export function recogniseFormat(files: readonly SourceFile[]): ImportFormat | undefined {
  return IMPORT_FORMATS.find((format) => format.recognises(files));
}
