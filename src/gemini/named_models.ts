/**
 * Finds the models that a body names, wherever one may stand: a key may be allowed some models only.
 *
 * @module
 */
import type { JsonNode } from "./json/json_node.ts";
import type { NativeRequest } from "./native_request.ts";

/** Longest name that is read, in bytes. */
const LONGEST_NAME = 4096;

/** The collections whose names stand for models: an agent and a tuned model use one. */
const COLLECTIONS: ReadonlySet<string> = new Set(["models", "agents", "tunedModels"]);

const INLINED = ["inputConfig", "requests", "requests", "request", "model"];

/**
 * The members that name a model, besides those that are labelled, by their camelCase path. Lists are entered. The lines
 * of a batch's file are not read: Google runs all of them with the model of the batch's path.
 */
const PATHS: readonly (readonly string[])[] = [
  ["model"],
  ["generateContentRequest", "model"],
  ["requests", "model"],
  INLINED,
  ["batch", "model"],
  ["batch", ...INLINED],
  ["setup", "model"],
];

/**
 * The names of the models in a body, as they are written. If a member occurs twice, both count, since Pollux and Google
 * might read different ones.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseNativeRequest } from "./native_request.ts";
 * import { namedModels } from "./named_models.ts";
 *
 * const body = '{"requests":[{"model":"models/a"},{"model":"models/b"},{"model":"models/a"}]}';
 * const request = parseNativeRequest(new TextEncoder().encode(body));
 * assert.deepEqual([...namedModels(request)], ["models/a", "models/b"]);
 * ```
 */
export function namedModels(
  { body, references }: Pick<NativeRequest, "body" | "references">,
): ReadonlySet<string> {
  const names = new Set<string>();
  for (const path of PATHS) collect(body, { path, at: 0, names });
  for (const { label, node } of references) {
    if (COLLECTIONS.has(label)) addName(node, names);
  }
  return names;
}

interface Place {
  readonly path: readonly string[];
  /** Index of the next member in the path. */
  readonly at: number;
  readonly names: Set<string>;
}

function collect(node: JsonNode, { path, at, names }: Place): void {
  const name = path[at];
  if (name === undefined) return addName(node, names);
  for (const item of node.list) {
    for (const member of item.members) {
      if (member.name === name || camelCase(member.name) === name) {
        collect(member, { path, at: at + 1, names });
      }
    }
  }
}

function addName(node: JsonNode, names: Set<string>): void {
  const name = node.text(LONGEST_NAME);
  if (name !== undefined && name !== "") names.add(name);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
