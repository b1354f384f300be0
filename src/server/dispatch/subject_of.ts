/**
 * What the cool-downs of a call's failures apply to.
 *
 * @module
 */
import {
  collectionOf,
  METHOD_NAMES,
  type MethodName,
  type MethodRow,
  METHODS,
  runsModel,
} from "../../gemini/api/methods.ts";

const NOTHING = {};

/**
 * What the cool-downs of a call's failures apply to: its model for a method that runs one or a session, otherwise its
 * collection, since stored resources have quotas of their own. What a model makes in the background, such as batches,
 * and its sessions have a quota besides that of the model's other calls.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/rate-limits#batch-api}
 */
export function subjectOf(
  { model, method }: { readonly model: string; readonly method: MethodName },
): string {
  if (!runsModel(method) || model === "") return collectionOf(method);
  const { makes, joinsConversation }: MethodRow = METHODS[method];
  const [made] = joinsConversation ? [] : makes;
  // A client may name a model like a collection, or like what another model makes.
  const own = COLLECTIONS.has(model) || model.includes("(") ? `${MODELS}${model}` : model;
  return made === undefined ? own : `${own} (${made})`;
}

/** Precedes the names of models that would be mistaken for other subjects. */
const MODELS = "models/";

/** What is not a model's: the collections of stored resources. */
const COLLECTIONS: ReadonlySet<string> = new Set(METHOD_NAMES.map(collectionOf));

/** The model of a subject; undefined for a collection of stored resources. */
export function modelOfSubject(subject: string): string | undefined {
  if (COLLECTIONS.has(subject)) return undefined;
  return subject.startsWith(MODELS)
    ? subject.slice(MODELS.length)
    : subject.replace(/ \([^()]*\)$/, "");
}

/** The model with which calls will use what a call makes, such as a cache; nothing for other calls. */
export function usedWith(
  { model, method }: { readonly model: string; readonly method: MethodName },
): { readonly usedWith?: string } {
  return model === "" || runsModel(method) ? NOTHING : { usedWith: model };
}
