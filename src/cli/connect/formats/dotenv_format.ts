/**
 * Settings in a `.env` file, as the npm package dotenv reads it.
 *
 * @see {@link https://www.npmjs.com/package/dotenv}
 * @module
 */
import {
  lineEndOf,
  NotUnderstood,
  replaced,
  type SettingPath,
  type SettingsFormat,
  type TextRange,
} from "./settings_format.ts";

/** A variable that the file sets. */
interface Assignment {
  readonly name: string;
  readonly value: string;
  /** Where the value is, with its quotes. */
  readonly range: TextRange;
  /** The start of its line. */
  readonly start: number;
}

/** Everything up to the value: `export` is allowed, and so is a colon in place of the sign of equality. */
const NAME = /[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)(?:[^\S\n]*=|:[^\S\n])[^\S\n]*/y;

/** Variables, one a line. Quoted values may have several lines. Other lines are left alone, as dotenv does. */
export const DOTENV_FORMAT: SettingsFormat = {
  parse: (text) => Object.fromEntries(assignmentsIn(text).map(({ name, value }) => [name, value])),
  rawOf(value) {
    if (typeof value !== "string") throw new TypeError("A variable has text");
    if (/^[\w.:/@%+=,~-]*$/.test(value)) return value;
    const quote = [`'`, `"`, "`"].find((quote) => !value.includes(quote));
    if (quote === undefined || /[\n\r\\]/.test(value)) {
      throw new NotUnderstood("a value has signs that a .env file cannot hold");
    }
    return `${quote}${value}${quote}`;
  },
  rangeOf: (text, path) => assignmentOf(text, path)?.range,
  insert(text, { path, raw }) {
    const eol = lineEndOf(text);
    const line = `${path.join(".")}=${raw}`;
    if (text === "" || text.endsWith("\n")) return `${text}${line}${eol}`;
    return `${text}${eol}${line}`;
  },
  remove(text, path) {
    const found = assignmentOf(text, path);
    if (found === undefined) return text;
    const newline = text.indexOf("\n", found.range.end);
    const end = newline < 0 ? text.length : newline + 1;
    const rest = text.slice(found.range.end, end).trim();
    const by = rest === "" ? "" : `${rest}${text.slice(newline < 0 ? end : newline, end)}`;
    return replaced(text, { start: found.start, end, by });
  },
  removeIfEmpty: (text) => text,
};

function assignmentOf(text: string, path: SettingPath): Assignment | undefined {
  const name = path.join(".");
  const found = assignmentsIn(text).filter((assignment) => assignment.name === name);
  if (found.length > 1) throw new NotUnderstood(`it has "${name}" more than once`);
  return found[0];
}

function assignmentsIn(text: string): readonly Assignment[] {
  if (text.includes("\0")) throw new NotUnderstood("it is not a text");
  const assignments: Assignment[] = [];
  for (let at = 0; at < text.length;) {
    const found = assignmentAt(text, at);
    if (found !== undefined) assignments.push(found);
    const newline = text.indexOf("\n", found?.range.end ?? at);
    at = newline < 0 ? text.length : newline + 1;
  }
  return assignments;
}

function assignmentAt(text: string, start: number): Assignment | undefined {
  NAME.lastIndex = start;
  const match = NAME.exec(text);
  const name = match?.[1];
  if (match === null || name === undefined) return undefined;
  const from = NAME.lastIndex;
  const quote = text.charAt(from);
  const close = quote !== "" && `'"\``.includes(quote) ? closeOf(text, from) : undefined;
  if (close !== undefined) {
    const value = text.slice(from + 1, close);
    const range = { start: from, end: close + 1 };
    return { name, value: quote === '"' ? unescaped(value) : value, range, start };
  }
  const newline = text.indexOf("\n", from);
  const line = text.slice(from, newline < 0 ? text.length : newline);
  const value = (line.split("#", 1)[0] ?? "").trim();
  return { name, value, range: { start: from, end: from + value.length }, start };
}

/** The offset of the quote that ends a value; undefined if there is none, or more than a comment behind it. */
function closeOf(text: string, from: number): number | undefined {
  const quote = text.charAt(from);
  let at = from + 1;
  while (at < text.length && text.charAt(at) !== quote) at += text.charAt(at) === "\\" ? 2 : 1;
  if (at >= text.length) return undefined;
  const newline = text.indexOf("\n", at);
  const rest = text.slice(at + 1, newline < 0 ? text.length : newline).trim();
  return rest === "" || rest.startsWith("#") ? at : undefined;
}

function unescaped(value: string): string {
  return value.replace(/\\n/g, "\n").replace(/\\r/g, "\r");
}
