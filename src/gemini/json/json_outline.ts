/**
 * Collects the values to keep while a scanner reads a JSON text.
 *
 * @module
 */
import { JsonLimitError } from "./json_syntax_error.ts";
import { JsonNode, stringAt } from "./json_node.ts";
import {
  type JsonShape,
  KEEP,
  type LabelledNode,
  type NamedShape,
  shapeKey,
} from "./json_shape.ts";

const BACKSLASH = 0x5c;

/** Most bytes that a character of a name takes, when written as an escape (`\\u0061`). */
const ESCAPED = 6;

const NONE: readonly LabelledNode[] = [];

/** Options of a {@linkcode JsonOutline}. */
export interface OutlineOptions {
  /** The parts of the outermost value that are kept. Default: only its position. */
  readonly shape?: JsonShape;
  /** Most values that are kept; a text with more is rejected. */
  readonly mostKept?: number;
}

/** The kept values of one text. A scanner calls it for each value in order. */
export class JsonOutline {
  readonly #source: Uint8Array;
  readonly #mostKept: number;
  /** The open containers that are kept, outermost first, and the shape of each. */
  readonly #open: JsonNode[] = [];
  readonly #shapes: JsonShape[] = [];
  /** The depth of open containers whose contents are not kept. */
  #skippedDepth = 0;
  /** The shape of the next value; undefined if it is not kept. */
  #next: JsonShape | undefined;
  #nextName = "";
  #nextNameStart = -1;
  /** The last value that began and has not ended. */
  #last: JsonNode | undefined;
  #kept = 0;
  #root: JsonNode | undefined;
  #labelled: LabelledNode[] | undefined;

  constructor(source: Uint8Array, options: OutlineOptions) {
    this.#source = source;
    this.#next = options.shape ?? KEEP;
    this.#mostKept = options.mostKept ?? 100_000;
  }

  /** The outermost value. */
  get root(): JsonNode | undefined {
    return this.#root;
  }

  /** The values whose shapes have a label, in order. */
  get labelled(): readonly LabelledNode[] {
    return this.#labelled ?? NONE;
  }

  /**
   * A value begins.
   *
   * @throws {JsonLimitError}
   */
  begin(at: number): void {
    if (this.#skippedDepth !== 0 || this.#next === undefined) return;
    if (++this.#kept > this.#mostKept) {
      throw new JsonLimitError(`more than ${this.#mostKept} contents, parts and fields`, at);
    }
    const node = new JsonNode(this.#source, at);
    node.name = this.#nextName;
    node.nameStart = this.#nextNameStart;
    const parent = this.#open[this.#open.length - 1];
    if (parent === undefined) this.#root = node;
    else if (parent.children === undefined) parent.children = [node];
    else parent.children.push(node);
    this.#last = node;
    const { label } = this.#next;
    if (label !== "") (this.#labelled ??= []).push({ label, node });
  }

  /** The value that has just begun is an object or an array. */
  open(isObject: boolean): void {
    if (this.#skippedDepth !== 0) {
      this.#skippedDepth++;
      return;
    }
    const shape = this.#next;
    const node = this.#last;
    if (shape === undefined || node === undefined || !(isObject || shape.items !== undefined)) {
      this.#skippedDepth = 1;
      return;
    }
    this.#open.push(node);
    this.#shapes.push(shape);
    this.#last = undefined;
    this.#next = undefined;
    if (!isObject) this.nextItem();
  }

  /** The innermost object or array closes. */
  close(): void {
    if (this.#skippedDepth !== 0) {
      this.#skippedDepth--;
      return;
    }
    const node = this.#open.pop();
    this.#last = node;
    if (this.#shapes.pop()?.isSparse !== true || node?.children !== undefined) return;
    // Nothing is kept of it.
    const parent = this.#open[this.#open.length - 1];
    if (parent?.children === undefined) return;
    parent.children.pop();
    if (parent.children.length === 0) parent.children = undefined;
    this.#kept--;
  }

  /** The value that began last ends. */
  end(at: number): void {
    if (this.#skippedDepth !== 0 || this.#last === undefined) return;
    this.#last.end = at;
    this.#last = undefined;
  }

  /** An item of an array comes. */
  nextItem(): void {
    if (this.#skippedDepth !== 0) return;
    this.#next = this.#shapes[this.#shapes.length - 1]?.items;
    this.#nextName = "";
    this.#nextNameStart = -1;
  }

  /** A member follows; its name is between these indexes, without its quotes. */
  nextMember(start: number, end: number): void {
    if (this.#skippedDepth !== 0) return;
    this.#next = undefined;
    const shape = this.#shapes[this.#shapes.length - 1];
    if (shape === undefined) return;
    const known = end - start > shape.longestName * ESCAPED
      ? undefined
      : this.#knownName(shape, start, end);
    const next = known?.shape ?? shape.others;
    if (next === undefined) return;
    this.#next = next;
    this.#nextName = known?.name ?? "";
    this.#nextNameStart = start - 1;
  }

  #knownName(shape: JsonShape, start: number, end: number): NamedShape | undefined {
    const source = this.#source;
    const candidates = shape.byKey.get(shapeKey(end - start, source[start] ?? 0));
    if (candidates !== undefined) {
      for (const known of candidates) if (spells(source, known.name, start)) return known;
    }
    // A name may contain escapes, which is rare.
    for (let at = start; at < end; at++) {
      if (source[at] !== BACKSLASH) continue;
      const name = stringAt(source, start, end);
      return shape.byKey.get(shapeKey(name.length, name.charCodeAt(0)))
        ?.find((known) => known.name === name);
    }
    return undefined;
  }
}

function spells(bytes: Uint8Array, name: string, start: number): boolean {
  for (let nth = 0; nth < name.length; nth++) {
    if (bytes[start + nth] !== name.charCodeAt(nth)) return false;
  }
  return true;
}
