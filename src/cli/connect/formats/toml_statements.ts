/**
 * The statements of a TOML text and where they are. The text has been parsed before, so that this only has to find
 * their ends.
 *
 * @see {@link https://toml.io/en/v1.0.0}
 * @module
 */
import { parse } from "smol-toml";
import type { TextRange } from "./settings_format.ts";

/** A statement with its offsets. */
export interface TomlStatement {
  /** `[a.b]`, `[[a.b]]`, or `a.b = …`. */
  readonly kind: "table" | "list" | "pair";
  /** The names from the root, those of the table included. */
  readonly path: readonly string[];
  /** From the first character of the statement to behind its last one; a comment is not part of it. */
  readonly range: TextRange;
  /** Where the value is; of a pair only. */
  readonly value?: TextRange;
}

/** The statements in their order. The text has to be valid. */
export function tomlStatements(text: string): readonly TomlStatement[] {
  const statements: TomlStatement[] = [];
  let table: readonly string[] = [];
  for (let at = 0; at < text.length;) {
    const character = text.charAt(at);
    if (/\s/.test(character)) {
      at++;
    } else if (character === "#") {
      at = lineEnd(text, at);
    } else if (character === "[") {
      const isList = text.startsWith("[[", at);
      const start = at + (isList ? 2 : 1);
      const end = keyEnd(text, { at: start, stop: "]" });
      table = namesIn(text.slice(start, end));
      at = end + (isList ? 2 : 1);
      const range = { start: end - (end - start) - (isList ? 2 : 1), end: at };
      statements.push({ kind: isList ? "list" : "table", path: table, range });
    } else {
      const equals = keyEnd(text, { at, stop: "=" });
      const start = skipSpace(text, equals + 1);
      const end = valueEnd(text, start);
      const path = [...table, ...namesIn(text.slice(at, equals))];
      statements.push({
        kind: "pair",
        path,
        range: { start: at, end },
        value: { start, end },
      });
      at = end;
    }
  }
  return statements;
}

/** The offset of the line feed that ends a line, or the end of the text. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text.charAt(at) === " " || text.charAt(at) === "\t") at++;
  return at;
}

/** The offset of the character behind a key; quoted names may have it in them. */
function keyEnd(text: string, { at, stop }: { readonly at: number; readonly stop: string }) {
  let end = at;
  while (end < text.length && text.charAt(end) !== stop) {
    end = "\"'".includes(text.charAt(end)) ? stringEnd(text, end) : end + 1;
  }
  return end;
}

/** The names of a dotted key. */
function namesIn(key: string): readonly string[] {
  const names: string[] = [];
  let value: unknown = parse(`${key} = 0`);
  while (typeof value === "object" && value !== null) {
    const [entry] = Object.entries(value);
    if (entry === undefined) break;
    names.push(entry[0]);
    value = entry[1];
  }
  return names;
}

/** The end of a value: of a list or an inline table, its last bracket. */
function valueEnd(text: string, start: number): number {
  let level = 0;
  let at = start;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"' || character === "'") {
      at = stringEnd(text, at);
      if (level === 0) return at;
    } else if (character === "[" || character === "{") {
      level++;
      at++;
    } else if (character === "]" || character === "}") {
      at++;
      if (--level === 0) return at;
    } else if (character === "#") {
      if (level === 0) return withoutSpace(text, { start, end: at });
      at = lineEnd(text, at);
    } else if (character === "\n" && level === 0) {
      return withoutSpace(text, { start, end: at });
    } else {
      at++;
    }
  }
  return withoutSpace(text, { start, end: text.length });
}

function withoutSpace(text: string, { start, end }: TextRange): number {
  return start + text.slice(start, end).trimEnd().length;
}

/** The offset behind a string that begins at an offset. */
function stringEnd(text: string, start: number): number {
  const quote = text.charAt(start);
  const isLong = text.startsWith(quote.repeat(3), start);
  const close = isLong ? quote.repeat(3) : quote;
  let at = start + close.length;
  while (at < text.length && !text.startsWith(close, at)) {
    at += quote === '"' && text.charAt(at) === "\\" ? 2 : 1;
  }
  at += close.length;
  // A long string may end with up to two further quotes.
  for (let more = 0; isLong && more < 2 && text.charAt(at) === quote; more++) at++;
  return Math.min(at, text.length);
}
