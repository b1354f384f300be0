/**
 * Settings at the root of a YAML file.
 *
 * @module
 */
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  type Pair,
  parseAllDocuments,
  visit,
  type YAMLMap,
} from "yaml";
import {
  lineEndOf,
  nameOf,
  NotUnderstood,
  replaced,
  type SettingPath,
  type SettingsFormat,
  type TextRange,
} from "./settings_format.ts";

/** YAML 1.2, of which only members of the root are found and changed. */
export const YAML_FORMAT: SettingsFormat = {
  parse: (text) => documentOf(text)?.value ?? {},
  rawOf: (value) => JSON.stringify(value),
  rangeOf(text, path) {
    const pair = pairAt(text, path);
    return pair === undefined ? undefined : valueRange(text, pair);
  },
  insert(text, { path, raw }) {
    const eol = lineEndOf(text);
    const root = documentOf(text)?.root;
    const indent = root === undefined ? "" : " ".repeat(columnOf(text, root));
    const line = `${indent}${nameOf(path)}: ${raw}`;
    if (text === "" || text.endsWith("\n")) return `${text}${line}${eol}`;
    return `${text}${eol}${line}`;
  },
  remove(text, path) {
    const pair = pairAt(text, path);
    if (pair === undefined) return text;
    const { end } = valueRange(text, pair);
    const start = text.lastIndexOf("\n", keyRange(pair).start - 1) + 1;
    const newline = text.indexOf("\n", end);
    const until = newline < 0 ? text.length : newline + 1;
    const rest = text.slice(end, until).trim();
    const by = rest === "" ? "" : `${rest}${lineEndOf(text)}`;
    return replaced(text, { start, end: until, by });
  },
  removeIfEmpty: (text) => text,
};

interface Read {
  readonly value: unknown;
  readonly root: YAMLMap | undefined;
}

/** The only document of a text; undefined if it is empty. */
function documentOf(text: string): Read | undefined {
  let documents;
  try {
    // The parser compares each name with every other one, which takes minutes for a long file.
    documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: "silent" });
  } catch {
    throw new NotUnderstood("it is not valid YAML");
  }
  if (!Array.isArray(documents) || documents.length === 0) return undefined;
  const [document, ...others] = documents;
  if (document === undefined || others.length > 0) {
    throw new NotUnderstood("it has several documents");
  }
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    throw new NotUnderstood(`it is not valid YAML${line === undefined ? "" : `, at line ${line}`}`);
  }
  checkNames(document, text);
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    if (/^(?:---|\.\.\.)/m.test(text)) {
      throw new NotUnderstood("it has marks of documents, but no settings");
    }
    return undefined;
  }
  if (!isMap(contents)) throw new NotUnderstood("it is not a map of settings");
  if (contents.flow) throw new NotUnderstood("its settings are in braces");
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return { value, root: contents };
  } catch {
    throw new NotUnderstood("its aliases cannot be read");
  }
}

/** Refuses a name that is in a map twice. */
function checkNames(document: Document, text: string): void {
  visit(document, {
    Map(_key, { items }) {
      const names = new Set<unknown>();
      for (const pair of items) {
        const name = isScalar(pair.key) ? pair.key.value : pair.key;
        if (names.has(name)) {
          const line = text.slice(0, keyRange(pair).start).split("\n").length;
          throw new NotUnderstood(`it is not valid YAML, at line ${line}`);
        }
        names.add(name);
      }
    },
  });
}

function pairAt(text: string, path: SettingPath): Pair | undefined {
  const root = documentOf(text)?.root;
  return root?.items.find(({ key }) => isScalar(key) && key.value === nameOf(path));
}

function keyRange({ key }: Pair): TextRange {
  const range = isNode(key) ? key.range : undefined;
  if (range === undefined || range === null) throw new NotUnderstood("a name has no place");
  return { start: range[0], end: range[1] };
}

/** Where the value is; for an empty one, the colon behind the name is left out. */
function valueRange(text: string, pair: Pair): TextRange {
  const range = isNode(pair.value) ? pair.value.range : undefined;
  if (range !== undefined && range !== null && range[1] > range[0]) {
    return { start: range[0], end: range[1] };
  }
  const colon = text.indexOf(":", keyRange(pair).end);
  return { start: colon + 1, end: colon + 1 };
}

function columnOf(text: string, { items: [first] }: YAMLMap): number {
  if (first === undefined) return 0;
  const { start } = keyRange(first);
  return start - (text.lastIndexOf("\n", start - 1) + 1);
}
