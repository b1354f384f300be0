/**
 * What a test sees of the resources that the emulated Google stores, by project.
 *
 * @module
 */
import type { WallClock } from "../base/clock.ts";
import type { JsonObject } from "../base/json.ts";
import type { OpenSession } from "./live/live_sockets.ts";
import { ProjectBatches } from "./batches/project_batches.ts";
import { ProjectFiles } from "./files/project_files.ts";
import { ProjectStores } from "./stores/project_stores.ts";
import { ProjectOperations } from "./operations/operation_store.ts";
import { emptyStores, type StoredResources } from "./stored_resources.ts";

/** The stored resources, as tests script and inspect them. */
export class EmulatedResources {
  protected readonly clock: WallClock;
  protected readonly stored: StoredResources;

  /** @param keptFileBytes Most bytes that are kept of one file. */
  constructor(clock: WallClock, keptFileBytes: number | undefined) {
    this.clock = clock;
    this.stored = emptyStores(clock, keptFileBytes);
  }

  /** The files of a project: a test can add files, set their states, and set how uploads are processed. */
  files(project: string): ProjectFiles {
    return new ProjectFiles(this.stored.files, project);
  }

  /** The file search stores of a project: a test can add stores, and set how documents are processed. */
  stores(project: string): ProjectStores {
    return new ProjectStores(this.stored.stores, project);
  }

  /** The long-running operations of a project: a test can add operations, and set how they run. */
  operations(project: string): ProjectOperations {
    return new ProjectOperations(this.stored.operations, project);
  }

  /** Adds a file that was generated for a project; clients can only list such files. */
  plantGeneratedFile(project: string, name: string): void {
    const members = { mimeType: "video/mp4", state: "GENERATED" };
    this.stored.named.add({ name, project, members });
  }

  /** The batches of a project: their states, and how fast new ones are processed. */
  batches(project: string): ProjectBatches {
    return new ProjectBatches(this.stored.batches, project, this.clock);
  }

  /** The resources of a project's caches, oldest first. */
  caches(project: string): readonly JsonObject[] {
    return this.stored.caches.resourcesOf(project);
  }

  /** The ids of a project's interactions, oldest first. */
  interactions(project: string): readonly string[] {
    return this.stored.interactions.list(project).map(({ id }) => id);
  }

  /** The open Live sessions of all projects, oldest first. */
  get liveSessions(): readonly OpenSession[] {
    return this.stored.live.sessions;
  }
}
