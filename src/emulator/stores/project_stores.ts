/**
 * The file search stores of one project, as a test scripts and inspects them.
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
  /** What a test can set. */
  readonly settings: StoreSettings;

  constructor(table: StoreTable, project: string) {
    this.#table = table;
    this.#project = project;
    this.settings = table.settings(project);
  }

  /** The resources, oldest first. */
  list(): readonly JsonObject[] {
    return this.#table.list(this.#project).map((store) => store.toJSON());
  }

  /** The resources of a store's documents, oldest first. */
  documents(id: string): readonly JsonObject[] {
    return this.#table.find(id, this.#project).documents.map((document) => document.toJSON());
  }

  /** Adds a store that no client made; returns its resource. */
  plant(id: string): JsonObject {
    const store = { id, displayName: id, embeddingModel: DEFAULT_EMBEDDING_MODEL };
    return this.#table.add(this.#project, store).toJSON();
  }
}
