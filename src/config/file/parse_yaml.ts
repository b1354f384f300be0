/**
 * YAML that a user wrote, read without repeating it: a line that is broken may hold a key.
 *
 * @module
 */
import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parse,
  parseDocument,
  YAMLParseError,
} from "yaml";

/** A document that could be read. */
export interface YamlDocument {
  /** Null where the document is empty. */
  readonly value: unknown;
  /** The line, from 1, of what a path of keys and indices leads to; as far as there is such. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/**
 * The value of a YAML document; null where it is empty.
 *
 * @throws {SyntaxError} Whose message says what is wrong and, where that is known, in which line.
 */
export function parseYaml(text: string): unknown {
  try {
    return parse(text, { logLevel: "error" });
  } catch (error) {
    throw withoutText(error);
  }
}

/**
 * A YAML document with the places of its values.
 *
 * @throws {SyntaxError} As {@linkcode parseYaml} does.
 */
export function parseYamlDocument(text: string): YamlDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: "error" });
  try {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const value: unknown = document.toJS();
    return {
      value,
      lineOf(path) {
        const offset = offsetOf(path, document.contents);
        return offset === undefined ? undefined : lines.linePos(offset).line;
      },
    };
  } catch (error) {
    throw withoutText(error);
  }
}

/** Where the last key or item of the path begins that there is. */
function offsetOf(path: readonly PropertyKey[], root: Node | null): number | undefined {
  let node: unknown = root;
  let offset: number | undefined;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (pair === undefined) return offset;
      offset = isScalar(pair.key) ? pair.key.range?.[0] : offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === "number") {
      node = node.items[step];
      offset = isScalar(node) ? node.range?.[0] : offset;
    } else {
      return offset;
    }
  }
  return offset;
}

/** The parser's message without the lines of the document that it quotes. */
function withoutText(error: unknown): SyntaxError {
  if (!(error instanceof Error)) return new SyntaxError(String(error));
  const { message } = error;
  return new SyntaxError(
    error instanceof YAMLParseError ? message.replace(/:?\n[^]*$/, "") : message,
  );
}
