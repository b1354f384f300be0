/**
 * Settings in TOML.
 *
 * @module
 */
import { parse } from "smol-toml";
import {
  lineEndOf,
  nameOf,
  NotUnderstood,
  replaced,
  type SettingPath,
  type SettingsFormat,
} from "./settings_format.ts";
import { lineEnd, type TomlStatement, tomlStatements } from "./toml_statements.ts";

/** TOML 1.0. Tables of our own go to the end of the file. */
export const TOML_FORMAT: SettingsFormat = {
  parse: (text) => checked(text),
  rawOf: (value) => typeof value === "string" ? JSON.stringify(value) : "{}",
  rangeOf: (text, path) => pairAt(text, path)?.value,
  insert,
  remove(text, path) {
    const pair = pairAt(text, path);
    return pair === undefined ? text : withoutStatement(text, pair);
  },
  removeIfEmpty(text, path) {
    const statements = statementsOf(text);
    const inside = statements.filter((statement) =>
      isAt(statement.path.slice(0, path.length), path)
    );
    const [table, ...others] = inside;
    const isEmpty = table?.kind === "table" && isAt(table.path, path) && others.length === 0;
    // Its comments stay where they are. Codex does not start with an empty table of a provider.
    return isEmpty ? withoutStatement(text, table) : text;
  },
};

function checked(text: string): unknown {
  try {
    return parse(text, { integersAsBigInt: true, maxDepth: 200 });
  } catch (error) {
    const line = error instanceof Error && "line" in error ? `, at line ${String(error.line)}` : "";
    throw new NotUnderstood(`it is not valid TOML${line}`);
  }
}

function statementsOf(text: string): readonly TomlStatement[] {
  checked(text);
  return tomlStatements(text);
}

function pairAt(text: string, path: SettingPath): TomlStatement | undefined {
  const statements = statementsOf(text);
  // In a list of tables, the same path means something else each time.
  const lists = statements.filter(({ kind }) => kind === "list");
  if (lists.some((list) => isAt(path.slice(0, list.path.length), list.path))) {
    throw new NotUnderstood(`its "${path[0]}" is a list`);
  }
  return statements.find((statement) => statement.kind === "pair" && isAt(statement.path, path));
}

function isAt(path: SettingPath, other: SettingPath): boolean {
  return path.length === other.length && path.every((name, nth) => name === other[nth]);
}

function insert(
  text: string,
  { path, raw }: { readonly path: SettingPath; readonly raw: string },
): string {
  const statements = statementsOf(text);
  const eol = lineEndOf(text);
  const table = path.slice(0, -1);
  const line = `${keyText(path.slice(-1))} = ${raw}`;
  const header = statements.findIndex(({ kind, path }) => kind === "table" && isAt(path, table));
  if (table.length > 0 && header < 0) return withTable(text, { table, line, eol });
  const pairs = pairsBehind(statements, header);
  const last = pairs.at(-1) ?? statements[header];
  if (last === undefined) return `${line}${eol}${atFront(text, eol)}`;
  const end = lineEnd(text, last.range.end);
  // The line feed may have a carriage return before it.
  const at = text.charAt(end - 1) === "\r" ? end - 1 : end;
  return replaced(text, { start: at, end: at, by: `${eol}${line}` });
}

/** The pairs behind a header, or those of the root for -1, up to the next header. */
function pairsBehind(
  statements: readonly TomlStatement[],
  header: number,
): readonly TomlStatement[] {
  const behind = statements.slice(header + 1);
  const end = behind.findIndex(({ kind }) => kind !== "pair");
  return end < 0 ? behind : behind.slice(0, end);
}

/** What follows a first line: a text that begins with a comment or a table gets an empty line in front. */
function atFront(text: string, eol: string): string {
  return text.trim() === "" ? text : `${eol}${text}`;
}

function withTable(
  text: string,
  { table, line, eol }: {
    readonly table: SettingPath;
    readonly line: string;
    readonly eol: string;
  },
): string {
  const block = `[${keyText(table)}]${eol}${line}`;
  if (text.trim() === "") return `${text}${block}${eol}`;
  return text.endsWith("\n") ? `${text}${eol}${block}${eol}` : `${text}${eol}${eol}${block}`;
}

function keyText(path: SettingPath): string {
  return path.map((name) => /^[\w-]+$/.test(name) ? name : JSON.stringify(name)).join(".");
}

/** The text without a statement and its line; a comment behind it stays. */
function withoutStatement(text: string, { range, path }: TomlStatement): string {
  const start = text.lastIndexOf("\n", range.start - 1) + 1;
  const end = lineEnd(text, range.end);
  const rest = text.slice(range.end, end).trim();
  if (rest !== "" && !rest.startsWith("#")) {
    throw new NotUnderstood(`it has "${nameOf(path)}" in a form that Pollux does not change`);
  }
  const by = rest === "" ? "" : `${rest}${lineEndOf(text)}`;
  return replaced(text, { start, end: Math.min(end + 1, text.length), by });
}
