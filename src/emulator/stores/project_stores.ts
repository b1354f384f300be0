/**
 * Lets a test script and inspect the file search stores of one project.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { DEFAULT_EMBEDDING_MODEL } from "./create_store.ts";
import type { StoreSettings, StoreTable } from "./store_table.ts";

/** The stores of one project. */
export class ProjectStores {
  readonly #table: StoreTable;
  readonly #project: string;
  /** The settings that a test can change. */
  readonly settings: StoreSettings;

  constructor(table: StoreTable, project: string) {
    this.#table = table;
    this.#project = project;
    this.settings = table.settings(project);
  }

  /** Returns the stores' resources, oldest first. */
  list(): readonly JsonObject[] {
    return this.#table.list(this.#project).map((store) => store.toJSON());
  }

  /** Returns the resources of a store's documents, oldest first. */
  documents(id: string): readonly JsonObject[] {
    return this.#table.find(id, this.#project).documents.map((document) => document.toJSON());
  }

  /** Adds a store that no client made; returns its resource. */
  plant(id: string): JsonObject {
    const store = { id, displayName: id, embeddingModel: DEFAULT_EMBEDDING_MODEL };
    return this.#table.add(this.#project, store).toJSON();
  }
}
