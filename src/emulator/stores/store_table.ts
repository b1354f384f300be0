/**
 * All file search stores of the emulated Google, by the project that owns them.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import { dropOldest } from "../drop_oldest.ts";
import { GoogleError } from "../google_errors.ts";
import { randomId } from "../random_id.ts";
import type { DocumentProcessing } from "./stored_document.ts";
import { StoredStore, type StoreSource } from "./stored_store.ts";

/** Most stores of all projects; the oldest are discarded. */
const MOST_STORES = 1000;

/** The settings that a test can change for the stores of a project. */
export interface StoreSettings {
  /** How new documents are processed. */
  processing: DocumentProcessing;
}

/** A new store, before the table gives it an id. */
export type NewStore =
  & Pick<StoreSource, "displayName" | "embeddingModel">
  & Partial<Pick<StoreSource, "id">>;

/** All stores. */
export class StoreTable {
  readonly #clock: WallClock;
  readonly #stores = new Map<string, StoredStore>();
  readonly #settings = new Map<string, StoreSettings>();
  #serial = 0;

  constructor(clock: WallClock) {
    this.#clock = clock;
  }

  /** Returns the settings of a project. */
  settings(project: string): StoreSettings {
    const known = this.#settings.get(project);
    if (known !== undefined) return known;
    const settings: StoreSettings = { processing: {} };
    this.#settings.set(project, settings);
    return settings;
  }

  /** Adds a store. Its id begins with the letters and digits of the display name, as Google's do. */
  add(project: string, store: NewStore): StoredStore {
    const slug = store.displayName.toLowerCase().replaceAll(/[^a-z0-9]/g, "").slice(0, 27);
    const id = slug === "" ? randomId(12) : `${slug}-${randomId(12)}`;
    const now = this.#clock.now();
    const added = new StoredStore({ id, ...store, serial: ++this.#serial, project, now });
    this.#stores.set(added.id, added);
    dropOldest(this.#stores, MOST_STORES);
    return added;
  }

  /** Returns a store of a project; throws a GoogleError if the project has no such store. */
  find(id: string, project: string): StoredStore {
    const store = this.#stores.get(id);
    if (store?.project === project) return store;
    throw new GoogleError(403, "PERMISSION_DENIED", {
      message:
        `You do not have permission to access the FileSearchStore ${id} or it may not exist.`,
    });
  }

  /** The stores of a project, oldest first. */
  list(project: string): StoredStore[] {
    return [...this.#stores.values()].filter((store) => store.project === project);
  }

  delete(store: StoredStore): void {
    this.#stores.delete(store.id);
  }
}
