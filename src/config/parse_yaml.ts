/**
 * YAML that a user wrote, read without repeating it: a line that is broken may hold a key.
 *
 * @module
 */
import { parse, YAMLParseError } from "yaml";

/**
 * The value of a YAML document; null where it is empty.
 *
 * @throws {SyntaxError} Whose message says what is wrong and, where that is known, in which line.
 */
export function parseYaml(text: string): unknown {
  try {
    return parse(text, { logLevel: "error" });
  } catch (error) {
    throw new SyntaxError(error instanceof Error ? reasonOf(error) : String(error));
  }
}

/** The parser's message without the lines of the document that it quotes. */
function reasonOf(error: Error): string {
  if (!(error instanceof YAMLParseError)) return error.message;
  return error.message.replace(/:?\n[^]*$/, "");
}
