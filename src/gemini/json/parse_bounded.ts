/**
 * `JSON.parse` for texts from third parties. It is not linear by itself: many small values cost far more than
 * the same number of bytes of text, and enough distinct names crash the process.
 *
 * @module
 */
import { JsonLimitError } from "./json_syntax_error.ts";
import { JsonScanner } from "./json_scanner.ts";

const decoder = new TextDecoder();

/** Limits for a text. */
export interface ParseLimits {
  readonly bytes: number;
  /** Most values, including nested values and member names. */
  readonly values: number;
}

/** Enough for any error, token, page of a list or message between servers. */
const USUAL_LIMITS: ParseLimits = { bytes: 8 * 1024 * 1024, values: 250_000 };

/**
 * The value of a text.
 *
 * @param json UTF-8 bytes.
 * @throws {SyntaxError} If the text is not JSON.
 * @throws {JsonLimitError} If it exceeds the limits.
 */
export function parseBounded(json: Uint8Array, limits: ParseLimits = USUAL_LIMITS): unknown {
  if (json.length > limits.bytes) {
    throw new JsonLimitError(`more than ${limits.bytes} bytes`, limits.bytes);
  }
  // A text cannot contain more values than half its bytes plus one.
  if (json.length > 2 * limits.values) checkValues(json, limits);
  return JSON.parse(decoder.decode(json));
}

function checkValues(json: Uint8Array, { values }: ParseLimits): void {
  const scanner = new JsonScanner(json);
  while (!scanner.scan(1024 * 1024)) {
    if (scanner.values > values) throw new JsonLimitError(`more than ${values} values`, 0);
  }
  if (scanner.values > values) throw new JsonLimitError(`more than ${values} values`, 0);
}
