/**
 * Settings in JSON, with or without comments and commas at the end.
 *
 * @module
 */
import {
  createScanner,
  getNodeValue,
  type Node,
  parse,
  type ParseError,
  parseTree,
} from "jsonc-parser";
import {
  lineEndOf,
  nameOf,
  NotUnderstood,
  replaced,
  type SettingPath,
  type SettingsFormat,
  type TextRange,
} from "./settings_format.ts";

/** How deep objects and lists may be in one another: the parser calls itself. */
const MOST_LEVELS = 200;

const OPTIONS = { allowTrailingComma: true, disallowComments: false, allowEmptyContent: true };

/** JSON. An empty text counts as an empty object. */
export const JSON_FORMAT: SettingsFormat = {
  parse(text) {
    const root = rootOf(text);
    if (root === undefined) return {};
    const value: unknown = parse(text, [], OPTIONS);
    return value;
  },
  rawOf: (value) => JSON.stringify(value),
  rangeOf(text, path) {
    const value = memberAt(rootOf(text), path)?.children?.[1];
    return value === undefined ? undefined : rangeOfNode(value);
  },
  insert,
  remove(text, path) {
    const member = memberAt(rootOf(text), path);
    return member === undefined ? text : withoutMember(text, member);
  },
  removeIfEmpty(text, path) {
    const member = memberAt(rootOf(text), path);
    const value = member?.children?.[1];
    if (member === undefined || value === undefined) return text;
    const { start, end } = rangeOfNode(value);
    return /^\{\s*\}$/.test(text.slice(start, end)) ? withoutMember(text, member) : text;
  },
};

/** The tree of the text; undefined if it has nothing but space and comments. */
function rootOf(text: string): Node | undefined {
  checkLevels(text);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, OPTIONS);
  const [error] = errors;
  if (error !== undefined) {
    throw new NotUnderstood(`it is not valid JSON, at line ${lineAt(text, error.offset)}`);
  }
  if (root !== undefined && root.type !== "object") {
    throw new NotUnderstood("it is not a JSON object");
  }
  return root;
}

function checkLevels(text: string): void {
  let level = 0;
  for (const { token } of tokensOf(text)) {
    if (token === "{" || token === "[") level++;
    if (token === "}" || token === "]") level--;
    if (level > MOST_LEVELS) throw new NotUnderstood("its objects and lists are too deep");
  }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function rangeOfNode({ offset, length }: Node): TextRange {
  return { start: offset, end: offset + length };
}

/** The members of an object with that name: the last one is in force for most readers, the first one for others. */
function memberIn(object: Node, path: SettingPath): Node | undefined {
  const name = path.at(-1);
  const found = (object.children ?? []).filter(({ children }) =>
    children?.[0] !== undefined && getNodeValue(children[0]) === name
  );
  if (found.length > 1) throw new NotUnderstood(`it has "${nameOf(path)}" more than once`);
  return found[0];
}

function memberAt(root: Node | undefined, path: SettingPath): Node | undefined {
  let object: Node | undefined = root;
  let member: Node | undefined;
  for (let length = 1; length <= path.length; length++) {
    if (object?.type !== "object") return undefined;
    member = memberIn(object, path.slice(0, length));
    object = member?.children?.[1];
    if (member === undefined) return undefined;
  }
  return member;
}

function insert(
  text: string,
  { path, raw }: { readonly path: SettingPath; readonly raw: string },
): string {
  const root = rootOf(text);
  const eol = lineEndOf(text);
  if (root === undefined) {
    const space = text === "" || /\n$/.test(text) ? "" : eol;
    return insert(`${text}${space}{}${eol}`, { path, raw });
  }
  let object = root;
  let depth = 0;
  for (; depth < path.length - 1; depth++) {
    const member = memberIn(object, path.slice(0, depth + 1));
    const value = member?.children?.[1];
    if (value === undefined) break;
    if (value.type !== "object") {
      throw new NotUnderstood(`its "${nameOf(path.slice(0, depth + 1))}" is not an object`);
    }
    object = value;
  }
  const unit = unitOf(text, root);
  const indent = indentIn(text, { object, unit });
  return withMember(text, {
    object,
    indent,
    eol,
    member: memberText(path.slice(depth), { raw, indent, unit, eol }),
  });
}

/** A member with the objects in it, without the indent of its first line. */
function memberText(
  [name = "", ...rest]: SettingPath,
  style: {
    readonly raw: string;
    readonly indent: string;
    readonly unit: string;
    readonly eol: string;
  },
): string {
  const { raw, indent, unit, eol } = style;
  const key = JSON.stringify(name);
  if (rest.length === 0) return `${key}: ${raw}`;
  const inner = memberText(rest, { ...style, indent: indent + unit });
  return `${key}: {${eol}${indent}${unit}${inner}${eol}${indent}}`;
}

/** The text with a further member at the end of an object. */
function withMember(
  text: string,
  { object, indent, eol, member }: {
    readonly object: Node;
    readonly indent: string;
    readonly eol: string;
    readonly member: string;
  },
): string {
  const { start, end } = rangeOfNode(object);
  const close = end - 1;
  const last = object.children?.at(-1);
  const lastEnd = last === undefined ? undefined : rangeOfNode(last).end;
  const comma = lastEnd === undefined ? undefined : commaIn(text, { start: lastEnd, end: close });
  // Behind the last member, comma or comment.
  const at = endWithoutSpace(text, { start: start + 1, end: close });
  const tail = text.slice(at, close);
  const isInline = last !== undefined && !text.slice(start, close).includes("\n");
  const lead = isInline ? " " : `${eol}${indent}`;
  const isOpen = tail.includes("\n") || isInline;
  const closing = isOpen ? tail : `${eol}${outerIndent(text, start)}`;
  const trailing = comma === undefined ? "" : ",";
  const grown = replaced(text, {
    start: at,
    end: close,
    by: `${lead}${member}${trailing}${closing}`,
  });
  return lastEnd === undefined || comma !== undefined
    ? grown
    : replaced(grown, { start: lastEnd, end: lastEnd, by: "," });
}

/** The end of a part of the text without the space of JSON at its end. */
function endWithoutSpace(text: string, { start, end }: TextRange): number {
  let at = end;
  while (at > start && " \t\r\n".includes(text.charAt(at - 1))) at--;
  return at;
}

/** The offset of the comma in a part of the text that has nothing else but space and comments. */
function commaIn(text: string, { start, end }: TextRange): number | undefined {
  for (const { token, offset } of tokensOf(text.slice(start, end))) {
    if (token === ",") return start + offset;
  }
  return undefined;
}

/** The tokens of a text but space and comments. */
function* tokensOf(text: string): Generator<{ readonly token: string; readonly offset: number }> {
  const scanner = createScanner(text, true);
  for (;;) {
    scanner.scan();
    const offset = scanner.getTokenOffset();
    const length = scanner.getTokenLength();
    // At the end of the text, the scanner gives the same token again and again.
    if (length === 0 || offset >= text.length) return;
    yield { token: text.slice(offset, offset + length), offset };
  }
}

/** The text without a member, and without one comma beside it. Comments stay. */
function withoutMember(text: string, member: Node): string {
  const members = member.parent?.children ?? [];
  const { start, end } = rangeOfNode(member);
  const previous = members[members.indexOf(member) - 1];
  const next = members[members.indexOf(member) + 1];
  const close = member.parent === undefined ? end : rangeOfNode(member.parent).end - 1;
  const after = commaIn(text, { start: end, end: next?.offset ?? close });
  if (after !== undefined) {
    // On one line, the space in front of the next member goes as well.
    const space = next === undefined ? "" : text.slice(after + 1, next.offset);
    const until = after + 1 + (/^[ \t]*$/.test(space) ? space.length : 0);
    const shorter = replaced(text, { start: after, end: until, by: "" });
    return withoutBlank(replaced(shorter, { start, end, by: "" }), start);
  }
  const lastEnd = previous === undefined ? undefined : rangeOfNode(previous).end;
  const before = lastEnd === undefined ? undefined : commaIn(text, { start: lastEnd, end: start });
  if (before === undefined) return withoutBlank(replaced(text, { start, end, by: "" }), start);
  // Without a comma at the end, the one before the member goes, and the space between.
  if (/^\s*$/.test(text.slice(before + 1, start))) {
    return replaced(text, { start: before, end, by: "" });
  }
  const shorter = replaced(text, { start, end, by: "" });
  return withoutBlank(replaced(shorter, { start: before, end: before + 1, by: "" }), start - 1);
}

/** The text without the rest of a line that a removal left, if nothing else is on that line. */
function withoutBlank(text: string, at: number): string {
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  const lineEnd = text.indexOf("\n", at);
  if (lineEnd < 0 || lineStart === 0) return text;
  if (text.slice(lineStart, lineEnd).trim() !== "") return text;
  return replaced(text, { start: lineStart, end: lineEnd + 1, by: "" });
}

/** What one level is indented by; two spaces if the text does not show it. */
function unitOf(text: string, root: Node): string {
  const [first] = root.children ?? [];
  return first === undefined ? "  " : lineIndent(text, first.offset) || "  ";
}

/** The indent of an object's members: that of its first one, else one more than its own. */
function indentIn(
  text: string,
  { object, unit }: { readonly object: Node; readonly unit: string },
): string {
  const [first] = object.children ?? [];
  const own = first === undefined ? undefined : lineIndent(text, first.offset);
  return own ?? outerIndent(text, object.offset) + unit;
}

/** The space in front of an offset, if nothing else is on its line before it. */
function lineIndent(text: string, offset: number): string | undefined {
  const lead = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^[ \t]*$/.test(lead) ? lead : undefined;
}

/** The indent of the line that an offset is on. */
function outerIndent(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1))?.[0] ?? "";
}
