/**
 * All file search stores of the emulated Google, by the project that owns them, with the names of their
 * documents.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import { dropOldest } from "../drop_oldest.ts";
import { GoogleError } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { microsecondStamp } from "../timestamps.ts";
import { randomId } from "../random_id.ts";

/** Most stores of all projects, and most documents of one; the oldest are discarded. */
const MOST_STORES = 1000;
const MOST_DOCUMENTS = 1000;

/** A file search store. */
export interface FileSearchStore {
  readonly id: string;
  readonly project: string;
  readonly resource: JsonObject;
  /** The ids of its documents. */
  readonly documents: Set<string>;
}

/** All stores. */
export class StoreTable {
  readonly #clock: WallClock;
  readonly #stores = new Map<string, FileSearchStore>();

  constructor(clock: WallClock) {
    this.#clock = clock;
  }

  /** Adds a store. Its id begins with the letters and digits of the display name, as Google's do. */
  add(
    project: string,
    store: { readonly displayName: string; readonly embeddingModel: string },
  ): FileSearchStore {
    const { displayName, embeddingModel } = store;
    const slug = displayName.toLowerCase().replaceAll(/[^a-z0-9]/g, "").slice(0, 27);
    const id = slug === "" ? randomId(12) : `${slug}-${randomId(12)}`;
    const now = microsecondStamp(this.#clock.now());
    const added: FileSearchStore = {
      id,
      project,
      resource: {
        name: `fileSearchStores/${id}`,
        displayName,
        createTime: now,
        updateTime: now,
        embeddingModel,
      },
      documents: new Set(),
    };
    this.#stores.set(id, added);
    dropOldest(this.#stores, MOST_STORES);
    return added;
  }

  /** Returns a store of a project; throws a GoogleError if the project has no such store. */
  find(id: string, project: string): FileSearchStore {
    const store = this.#stores.get(id);
    if (store?.project === project) return store;
    throw new GoogleError(403, "PERMISSION_DENIED", {
      message:
        `You do not have permission to access the FileSearchStore ${id} or it may not exist.`,
    });
  }

  /** Adds a document to a store; returns its id. */
  addDocument(store: FileSearchStore): string {
    const id = `${randomId(12)}-${randomId(12)}`;
    if (store.documents.size < MOST_DOCUMENTS) store.documents.add(id);
    return id;
  }

  delete(store: FileSearchStore): void {
    this.#stores.delete(store.id);
  }
}
