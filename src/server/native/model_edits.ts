/**
 * Resolves the models that a body names besides the call's own, as the setup of an ephemeral token does.
 *
 * @module
 */
import { bareModelId } from "../../gemini/api/model.ts";
import type { JsonEdit } from "../../gemini/json/json_edit.ts";
import type { JsonNode } from "../../gemini/json/json_node.ts";
import type { NativeRequest } from "../../gemini/native_request.ts";
import type { ModelNames } from "../catalog/model_names.ts";

/** Longest name that is read, in bytes. */
const LONGEST_NAME = 4096;

/**
 * The changes of a body that replace its models' names by those to send upstream. A name keeps its `models/`; one that
 * stays the same keeps all its bytes.
 *
 * @param request The body of a call that is not routed by a model.
 */
export function modelEdits(
  { body, references }: NativeRequest,
  modelNames: ModelNames,
): readonly JsonEdit[] {
  const labelled = references.filter(({ label }) => label === "models").map(({ node }) => node);
  return [...body.members.filter(({ name }) => name === "model"), ...labelled]
    .flatMap((node) => editsOf(node, modelNames));
}

function editsOf(node: JsonNode, modelNames: ModelNames): readonly JsonEdit[] {
  const { start, end } = node;
  const name = node.text(LONGEST_NAME) ?? "";
  const id = bareModelId(name);
  // The name of a tuned model has a slash.
  const resolved = id === "" || id.includes("/") ? id : modelNames.resolve(id);
  if (resolved === id) return [];
  const insert = JSON.stringify(name.slice(0, name.length - id.length) + resolved);
  return [{ at: start, remove: end - start, insert }];
}
