/**
 * Reads errors that are too long to be parsed whole: the code, the status and the beginning of the message.
 *
 * @module
 */
import { JsonScanner } from "../json/json_scanner.ts";
import { KEEP, listShape } from "../json/json_shape.ts";
import type { JsonNode } from "../json/json_node.ts";

/** Most bytes kept of each text. */
const LONGEST_TEXT = 4096;

const REPORT = { code: KEEP, status: KEEP, message: KEEP, errorDescription: KEEP };
const SHAPE = listShape({ ...REPORT, error: listShape(REPORT) });

/**
 * The main members of an error, as `JSON.parse` would return them.
 *
 * @param text JSON of any length.
 * @returns `undefined` if the text is neither a JSON object nor an array of objects.
 */
export function longError(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const scanner = new JsonScanner(new TextEncoder().encode(text), { shape: SHAPE });
    scanner.scan();
    const body = scanner.root().list.find((item) => item.get("error")) ?? scanner.root();
    if (!body.isObject) return undefined;
    const error = body.get("error");
    return error === undefined
      ? report(body)
      : { ...report(body), error: error.isObject ? report(error) : error.text(LONGEST_TEXT) };
  } catch {
    return undefined;
  }
}

function report(node: JsonNode): Readonly<Record<string, unknown>> {
  const numeral = node.get("code")?.numeral;
  const members = {
    code: numeral === undefined ? undefined : Number(numeral),
    status: node.get("status")?.text(LONGEST_TEXT),
    message: node.get("message")?.text(LONGEST_TEXT),
    error_description: node.get("error_description")?.text(LONGEST_TEXT),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
