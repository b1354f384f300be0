/**
 * What the cool-downs of a call's failures apply to.
 *
 * @module
 */
import { collectionOf, isModelMethod, type MethodName } from "../../gemini/api/methods.ts";

const NOTHING = {};

/**
 * What the cool-downs of a call's failures apply to: its model for a method of models, otherwise its collection,
 * since stored resources have quotas of their own.
 */
export function subjectOf(
  { model, method }: { readonly model: string; readonly method: MethodName },
): string {
  return isModelMethod(method) ? model : collectionOf(method);
}

/** The model with which calls will use what a call makes, such as a cache; nothing for other calls. */
export function usedWith(
  { model, method }: { readonly model: string; readonly method: MethodName },
): { readonly usedWith?: string } {
  return model === "" || isModelMethod(method) ? NOTHING : { usedWith: model };
}
