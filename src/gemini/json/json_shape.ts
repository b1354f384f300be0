/**
 * Declares which members of a JSON text a scanner keeps by position; all others are only validated.
 *
 * @module
 */
import type { JsonNode } from "./json_node.ts";

/** The parts of a value that are kept. */
export interface JsonShape {
  /** The parts of the items that are kept, if the value may be an array. */
  readonly items: JsonShape | undefined;
  /** The members that are kept, by their names' first byte and their length; see {@linkcode shapeKey}. */
  readonly byKey: ReadonlyMap<number, readonly NamedShape[]>;
  /** Longest of the names, in bytes. */
  readonly longestName: number;
  /** The parts of members with other names that are kept, as in a map. Default: none. */
  readonly others?: JsonShape | undefined;
  /** If not empty, values are also collected in one list, at any depth. */
  readonly label: string;
  /** Whether objects and arrays of which nothing is kept are not kept themselves. Default: they are. */
  readonly isSparse?: boolean;
}

/** A value that was collected, under its shape's label. */
export interface LabelledNode {
  readonly label: string;
  readonly node: JsonNode;
}

/** A member that is kept. */
export interface NamedShape {
  readonly name: string;
  readonly shape: JsonShape;
}

/** The members of a shape: each member's own shape, {@linkcode KEEP} if its contents are not read. */
export type ShapeMembers = Readonly<Record<string, JsonShape>>;

/** Only the position of the value is kept. */
export const KEEP: JsonShape = labelled("");

/** The position of the value is kept, and the value is collected under a label. */
export function labelled(label: string): JsonShape {
  return { items: undefined, byKey: new Map(), longestName: 0, label };
}

/** The same for a list: its items are collected. A single value is accepted as well. */
export function labelledList(label: string): JsonShape {
  const items = labelled(label);
  return { ...items, items };
}

/** An object of which these members are kept. Names are camelCase; snake_case is accepted as well. */
export function objectShape(members: ShapeMembers): JsonShape {
  return shapeOf(members);
}

/** A list of such objects, or a single object: proto3 JSON accepts either. */
export function listShape(members: ShapeMembers): JsonShape {
  const items = shapeOf(members);
  return { ...items, items };
}

/** An object with members of any name, such as a map; objects and arrays in it of which nothing is kept take no memory. */
export function mapShape(values: JsonShape): JsonShape {
  return { ...shapeOf({}), others: { ...values, isSparse: true } };
}

/**
 * Reduces a shape to labelled values and the members on the path to them. Values that contain no labelled value take no
 * memory, since a text may repeat them very often.
 *
 * @param also Names of further members that are kept, at any depth.
 */
export function sparseShape(shape: JsonShape, also: readonly string[] = []): JsonShape {
  return sparse(shape, also) ?? KEEP;
}

function sparse(shape: JsonShape, also: readonly string[]): JsonShape | undefined {
  if (shape.label !== "") return shape;
  const items = shape.items && sparse(shape.items, also);
  const others = shape.others && sparse(shape.others, also);
  const byKey = new Map<number, NamedShape[]>();
  for (const [key, members] of shape.byKey) {
    const kept = members.flatMap(({ name, shape }) => {
      const inner = also.includes(name) ? shape : sparse(shape, also);
      return inner === undefined ? [] : [{ name, shape: inner }];
    });
    if (kept.length > 0) byKey.set(key, kept);
  }
  if (items === undefined && others === undefined && byKey.size === 0) return undefined;
  return { ...shape, items, others, byKey, isSparse: true };
}

/** The key for looking up names: only names with the same key are compared. */
export function shapeKey(length: number, first: number): number {
  return length * 256 + first;
}

function shapeOf(members: ShapeMembers): JsonShape {
  const byKey = new Map<number, NamedShape[]>();
  let longestName = 0;
  for (const [camel, shape] of Object.entries(members)) {
    const snake = camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    for (const name of new Set([camel, snake])) {
      const key = shapeKey(name.length, name.charCodeAt(0));
      byKey.set(key, [...byKey.get(key) ?? [], { name, shape }]);
      longestName = Math.max(longestName, name.length);
    }
  }
  return { items: undefined, byKey, longestName, label: "" };
}
