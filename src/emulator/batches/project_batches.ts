/**
 * The batches of one project, as a test scripts and inspects them.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import type { BatchSettings, BatchStore } from "./batch_store.ts";
import type { BatchEnd } from "./stored_batch.ts";

/** The batches of one project. Names are those of the wire, as `batches/abc`. */
export class ProjectBatches {
  readonly #store: BatchStore;
  readonly #project: string;
  readonly #clock: WallClock;

  constructor(store: BatchStore, project: string, clock: WallClock) {
    this.#store = store;
    this.#project = project;
    this.#clock = clock;
  }

  /** The settings that a test can change. */
  get settings(): BatchSettings {
    return this.#store.settings(this.#project);
  }

  /** The operations, oldest first. */
  list(): readonly JsonObject[] {
    return this.#store.list(this.#project).map((batch) => batch.toJSON());
  }

  /** Moves a batch to its next state; returns the operation. */
  step(name: string): JsonObject {
    const batch = this.#store.find(idOf(name), this.#project);
    batch.step(this.#clock.now());
    return batch.toJSON();
  }

  /** Ends a batch; returns the operation. */
  end(name: string, state: BatchEnd): JsonObject {
    const batch = this.#store.find(idOf(name), this.#project);
    batch.end(state, this.#clock.now());
    return batch.toJSON();
  }
}

function idOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
