/**
 * All long-running operations of the emulated Google, by the project that owns them.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { dropOldest } from "../drop_oldest.ts";
import { GoogleError } from "../google_errors.ts";
import { isSameProject } from "../project_number.ts";
import { LongRunning, type OperationSource, type Running } from "./long_running.ts";

/** Most operations of all projects; the oldest are discarded. */
const MOST_OPERATIONS = 5000;

/** A new operation, before the store numbers it. */
export type NewOperation = Omit<OperationSource, "serial" | "running">;

/** All operations. */
export class OperationStore {
  readonly #operations = new Map<string, LongRunning>();
  readonly #running = new Map<string, Running>();
  #serial = 0;

  /** Sets how the next operations of a project run. */
  run(project: string, running: Running): void {
    this.#running.set(project, running);
  }

  add(operation: NewOperation): LongRunning {
    this.#serial += 1;
    const running = this.#running.get(operation.project) ?? {};
    const added = new LongRunning({ ...operation, serial: this.#serial, running });
    this.#operations.set(operation.name, added);
    dropOldest(this.#operations, MOST_OPERATIONS);
    return added;
  }

  /** Returns an operation of a project; throws a GoogleError if the project has no such operation. */
  find(name: string, project: string): LongRunning {
    const operation = this.#operations.get(name);
    if (operation !== undefined && isSameProject(operation.project, project)) return operation;
    throw new GoogleError(404, "NOT_FOUND", { message: "Requested entity was not found." });
  }

  /** The operations of a project below a parent, as in `models/veo-3.1-generate-preview`; oldest first. */
  list(parent: string, project: string): readonly LongRunning[] {
    return [...this.#operations.values()].filter((operation) =>
      operation.name.startsWith(`${parent}/operations/`) &&
      isSameProject(operation.project, project)
    );
  }
}

/** The operations of one project, as a test scripts and inspects them. */
export class ProjectOperations {
  readonly #store: OperationStore;
  readonly #project: string;

  constructor(store: OperationStore, project: string) {
    this.#store = store;
    this.#project = project;
  }

  /** Sets how the next operations run. */
  run(running: Running): void {
    this.#store.run(this.#project, running);
  }

  /** Adds an operation that no call began. */
  plant(name: string, response: JsonObject): void {
    this.#store.add({ name, project: this.#project, finish: () => response });
  }
}
