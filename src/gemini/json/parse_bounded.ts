/**
 * `JSON.parse` for texts that others send. It is not linear by itself: many small values cost far more
 * than as many bytes of text, and enough distinct names end the process.
 *
 * @module
 */
import { JsonExcess } from "./json_break.ts";
import { JsonScanner } from "./json_scanner.ts";

const decoder = new TextDecoder();

/** What a text may hold. */
export interface ParseLimits {
  readonly bytes: number;
  /** Values, those inside others and names of members included. */
  readonly values: number;
}

/** Enough for any error, token, page of a list or message between servers. */
const USUAL_LIMITS: ParseLimits = { bytes: 8 * 1024 * 1024, values: 250_000 };

/**
 * The value of a text.
 *
 * @param json UTF-8 bytes.
 * @throws {SyntaxError} Where the text is not JSON.
 * @throws {JsonExcess} Where it holds more than the limits.
 */
export function parseBounded(json: Uint8Array, limits: ParseLimits = USUAL_LIMITS): unknown {
  if (json.length > limits.bytes) {
    throw new JsonExcess(`more than ${limits.bytes} bytes`, limits.bytes);
  }
  // No text holds more values than half its bytes and one.
  if (json.length > 2 * limits.values) checkValues(json, limits);
  return JSON.parse(decoder.decode(json));
}

function checkValues(json: Uint8Array, { values }: ParseLimits): void {
  const scanner = new JsonScanner(json);
  while (!scanner.scan(1024 * 1024)) {
    if (scanner.values > values) throw new JsonExcess(`more than ${values} values`, 0);
  }
  if (scanner.values > values) throw new JsonExcess(`more than ${values} values`, 0);
}
