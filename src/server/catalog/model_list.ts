/**
 * The models that one account listed.
 *
 * @module
 */
import { listedName } from "../../gemini/api/methods.ts";
import { idOf, type Model } from "../../gemini/api/model.ts";

/** A list of models. Immutable, so that accounts with equal lists share one. */
export class ModelList {
  /** By id, in the order in which they were listed. */
  readonly models: ReadonlyMap<string, Model>;

  /** @param models The models that the account listed; of two with the same name, the first is used. */
  constructor(models: readonly Model[]) {
    const byId = new Map<string, Model>();
    for (const model of models) if (!byId.has(idOf(model))) byId.set(idOf(model), model);
    this.models = byId;
  }

  /**
   * Whether the list contains a model that supports a method.
   *
   * @param model Its id, without `models/`.
   * @param method Name of a method. A model that is listed without methods is taken to support all of them.
   */
  has(model: string, method: string): boolean {
    const listed = this.models.get(model);
    if (listed === undefined) return false;
    const methods = methodsOf(listed);
    return methods === undefined || methods.includes(listedName(method));
  }
}

/** The methods that the list states for a model; undefined if it states none. */
export function methodsOf(model: Model): readonly unknown[] | undefined {
  const { supportedGenerationMethods: methods } = model;
  return Array.isArray(methods) && methods.length > 0 ? methods : undefined;
}
