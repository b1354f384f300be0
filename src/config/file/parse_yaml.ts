/**
 * Parses a user's YAML. Errors never quote the document, since an invalid line may contain a key.
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

/** A parsed document. */
export interface YamlDocument {
  /** Null if the document is empty. */
  readonly value: unknown;
  /** Returns the line, from 1, of the value at a path of keys and indices, or of its nearest parent. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/**
 * Returns the value of a YAML document; null if it is empty.
 *
 * @throws {SyntaxError} whose message says what is wrong and, if known, in which line.
 */
export function parseYaml(text: string): unknown {
  try {
    return parse(text, { logLevel: "error" });
  } catch (error) {
    throw withoutText(error);
  }
}

/**
 * Parses a YAML document and keeps the lines of its values.
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

/** Returns the offset of the last key or item of the path that exists. */
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

/** Returns the parser's message without the lines that it quotes. */
function withoutText(error: unknown): SyntaxError {
  if (!(error instanceof Error)) return new SyntaxError(String(error));
  const { message } = error;
  return new SyntaxError(
    error instanceof YAMLParseError ? message.replace(/:?\n[^]*$/, "") : message,
  );
}
