/**
 * Finds the model that a `displayName` of the lists stands for. Users copy these names from Google's pages.
 *
 * @module
 */
import type { ModelList } from "./model_list.ts";

/** How many lists contain each model of a name. */
type Counts = Map<string, number>;

/** The display names of several lists. Adding or removing a list takes time in proportion to that list only. */
export class DisplayNames {
  readonly #ids: Counts = new Map();
  readonly #byName = new Map<string, Counts>();

  /** Adds the names of a list. */
  add(list: ModelList): void {
    this.#count(list, 1);
  }

  /** Removes the names of a list that was added. */
  remove(list: ModelList): void {
    this.#count(list, -1);
  }

  /** The id of the only model with this name; undefined if there is none, and for the id of a model. */
  idOf(displayName: string): string | undefined {
    const named = this.#byName.get(displayName);
    if (named?.size !== 1 || this.#ids.has(displayName)) return undefined;
    const [id] = named.keys();
    return id;
  }

  #count(list: ModelList, change: 1 | -1): void {
    for (const [id, { displayName }] of list.models) {
      count(this.#ids, id, change);
      if (typeof displayName !== "string") continue;
      const named = this.#byName.get(displayName) ?? new Map();
      count(named, id, change);
      if (named.size === 0) this.#byName.delete(displayName);
      else this.#byName.set(displayName, named);
    }
  }
}

function count(counts: Counts, id: string, change: 1 | -1): void {
  const after = (counts.get(id) ?? 0) + change;
  if (after === 0) counts.delete(id);
  else counts.set(id, after);
}
