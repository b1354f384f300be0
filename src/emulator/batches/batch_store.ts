/**
 * All batches of the emulated Google, by the project that owns them.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import { dropOldest } from "../drop_oldest.ts";
import { GoogleError } from "../google_errors.ts";
import { randomId } from "../random_id.ts";
import { type BatchPace, type BatchSource, StoredBatch } from "./stored_batch.ts";

/** Most batches of all projects; the oldest are discarded. */
const MOST_BATCHES = 1000;

/** How fast batches are processed by default. */
const DEFAULT_PACE: BatchPace = { pendingMs: 500, runningMs: 500 };

/** A new batch, before the store gives it an id. */
export type NewBatch = Omit<BatchSource, "id" | "serial" | "pace" | "now">;

/** The settings that a test can change for the batches of a project. */
export interface BatchSettings {
  /** Of new batches. */
  pace: BatchPace;
}

/** All batches. */
export class BatchStore {
  readonly #clock: WallClock;
  readonly #batches = new Map<string, StoredBatch>();
  readonly #settings = new Map<string, BatchSettings>();
  #serial = 0;

  constructor(clock: WallClock) {
    this.#clock = clock;
  }

  /** Returns the settings of a project. */
  settings(project: string): BatchSettings {
    const settings = this.#settings.get(project) ?? { pace: DEFAULT_PACE };
    this.#settings.set(project, settings);
    return settings;
  }

  add(batch: NewBatch): StoredBatch {
    const { pace } = this.settings(batch.project);
    this.#serial += 1;
    const stored = new StoredBatch({
      ...batch,
      id: randomId(36),
      serial: this.#serial,
      pace,
      now: this.#clock.now(),
    });
    this.#batches.set(stored.id, stored);
    dropOldest(this.#batches, MOST_BATCHES);
    return stored;
  }

  /** Returns a batch of a project; throws a GoogleError if the project has no such batch. */
  find(id: string, project: string): StoredBatch {
    const batch = this.#batches.get(id);
    if (batch?.project !== project) {
      throw new GoogleError(404, "NOT_FOUND", { message: "Requested entity was not found." });
    }
    batch.advance(this.#clock.now());
    return batch;
  }

  /** The batches of a project, oldest first. */
  list(project: string): StoredBatch[] {
    const found = [...this.#batches.values()].filter((batch) => batch.project === project);
    for (const batch of found) batch.advance(this.#clock.now());
    return found;
  }

  delete(batch: StoredBatch): void {
    this.#batches.delete(batch.id);
  }
}
