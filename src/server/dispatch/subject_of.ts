/**
 * What the cool-downs of a call's failures apply to.
 *
 * @module
 */
import {
  collectionOf,
  isModelMethod,
  isSocketMethod,
  type MethodName,
  METHODS,
} from "../../gemini/api/methods.ts";

const NOTHING = {};

/**
 * What the cool-downs of a call's failures apply to: its model for a method of models or a session, otherwise its
 * collection, since stored resources have quotas of their own. What a model makes in the background, such as batches,
 * and its sessions have a quota besides that of the model's other calls.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/rate-limits#batch-api}
 */
export function subjectOf(
  { model, method }: { readonly model: string; readonly method: MethodName },
): string {
  if (!isOfModel(method)) return collectionOf(method);
  const [made] = METHODS[method].makes;
  return made === undefined ? model : `${model} (${made})`;
}

/** The model with which calls will use what a call makes, such as a cache; nothing for other calls. */
export function usedWith(
  { model, method }: { readonly model: string; readonly method: MethodName },
): { readonly usedWith?: string } {
  return model === "" || isOfModel(method) ? NOTHING : { usedWith: model };
}

function isOfModel(method: MethodName): boolean {
  return isModelMethod(method) || isSocketMethod(method);
}
