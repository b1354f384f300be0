/**
 * Checks the fields of a request against the table of an operation's fields, and writes that table for the
 * documentation.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import type { FieldRule } from "../../field_rule.ts";
import { invalidField } from "./invalid_field.ts";

/** Longest name of a field that a message quotes, in characters. */
const LONGEST_NAME = 100;

/** The rules as a tree: a field with the rules of its members, if it has any. */
interface RuleNode {
  readonly rule: FieldRule | undefined;
  readonly members: Map<string, RuleNode>;
}

const trees = new WeakMap<readonly FieldRule[], Map<string, RuleNode>>();

/** The position of an object in a request. */
export interface CheckedPlace {
  /** The object's own path, such as `input[3]`; the prefix of the fields that errors name. Default: the body. */
  readonly path?: string;
}

/**
 * Checks that every field of an object has a rule, and that none that has a value is refused. The rule of a member,
 * such as `audio.voice`, is applied to an object and to each object of a list. A field without rules for members may
 * hold anything. Null counts as absent, and so does an empty list in a refused field.
 *
 * @throws {RpcError} INVALID_ARGUMENT that names the first such field.
 */
export function checkFields(
  body: JsonObject,
  rules: readonly FieldRule[],
  { path = "" }: CheckedPlace = {},
): void {
  checkMembers(body, treeOf(rules), path);
}

/** The table of fields in Markdown: a row for each rule, in the order of the rules. */
export function fieldTable(rules: readonly FieldRule[]): string {
  const rows = rules.map(({ name, treatment, note }) => `| \`${name}\` | ${treatment} | ${note} |`);
  return ["| field | treatment | what it does, or why not |", "| - | - | - |", ...rows].join("\n");
}

function checkMembers(body: JsonObject, nodes: Map<string, RuleNode>, path: string): void {
  for (const name in body) {
    const value = body[name];
    const node = nodes.get(name);
    if (node === undefined) {
      const field = joined(path, name.slice(0, LONGEST_NAME));
      throw invalidField(field, `Unknown field "${field}": remove it, or correct its name`);
    }
    if (value === null || value === undefined) continue;
    checkValue(value, node, joined(path, name));
  }
}

function checkValue(value: unknown, { rule, members }: RuleNode, field: string): void {
  if (rule?.treatment === "refused") {
    if (Array.isArray(value) && value.length === 0) return;
    throw invalidField(field, `Cannot use "${field}": ${rule.note}`);
  }
  if (members.size === 0) return;
  if (isJsonObject(value)) checkMembers(value, members, field);
  if (!Array.isArray(value)) return;
  for (const [index, item] of value.entries()) {
    if (isJsonObject(item)) checkMembers(item, members, `${field}[${index}]`);
  }
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function treeOf(rules: readonly FieldRule[]): Map<string, RuleNode> {
  const known = trees.get(rules);
  if (known !== undefined) return known;
  const tree = new Map<string, RuleNode>();
  for (const rule of rules) {
    let nodes = tree;
    const names = rule.name.split(".");
    for (const [index, name] of names.entries()) {
      const before = nodes.get(name);
      const isLast = index === names.length - 1;
      const node = { rule: isLast ? rule : before?.rule, members: before?.members ?? new Map() };
      nodes.set(name, node);
      nodes = node.members;
    }
  }
  trees.set(rules, tree);
  return tree;
}
