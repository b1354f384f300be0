/**
 * Resolves the names by which clients call models.
 *
 * @module
 */
import type { ModelAliases } from "../../gemini/api/model_alias.ts";
import type { ModelLists } from "./model_lists.ts";

/** Knows the user's aliases and the display names of the lists. */
export class ModelNames {
  readonly #aliases: ModelAliases;
  readonly #lists: Pick<ModelLists, "idNamed">;

  constructor(aliases: ModelAliases, lists: Pick<ModelLists, "idNamed">) {
    this.#aliases = aliases;
    this.#lists = lists;
  }

  /**
   * The id to send upstream: aliases come first; a display name stands for the id that has it, and so for an
   * alias of that id. A name that nobody knows is an id.
   *
   * @param name As the client named the model, without `models/`.
   */
  resolve(name: string): string {
    const aliased = this.#aliases.resolve(name);
    const id = this.#lists.idNamed(aliased);
    if (id === undefined) return aliased;
    return aliased === name ? this.#aliases.resolve(id) : id;
  }
}
