/**
 * Remembers which copies were uploaded to which projects.
 *
 * @module
 */
import { LRUCache } from "lru-cache";
import type { WallClock } from "../../base/clock.ts";

/** Most copies remembered. */
const MOST_COPIES = 10_000;

/** A file is not used in its last minutes before it expires, in ms: clocks differ. */
const MARGIN_MS = 5 * 60_000;

/** A file that was uploaded from a copy. */
export interface MovedFile {
  /** Its address for prompts. */
  readonly uri: string;
  /** In ms since the epoch. */
  readonly expiresAtMs: number;
}

/** The files that were uploaded from copies. */
export class MovedFiles {
  readonly #clock: WallClock;
  /** By the copies' ids, then by projects. */
  readonly #files = new LRUCache<string, Map<string, MovedFile>>({ max: MOST_COPIES });

  constructor(clock: WallClock) {
    this.#clock = clock;
  }

  /** The file that was uploaded from a copy to a project, if it can still be used. */
  get(copyId: string, project: string): MovedFile | undefined {
    const file = this.#files.get(copyId)?.get(project);
    return file !== undefined && file.expiresAtMs - MARGIN_MS > this.#clock.now()
      ? file
      : undefined;
  }

  set(copyId: string, { project, ...file }: MovedFile & { readonly project: string }): void {
    const files = this.#files.get(copyId) ?? new Map();
    this.#files.set(copyId, files.set(project, file));
  }

  /** Records that the project no longer has the file. */
  forget(copyId: string, project: string): void {
    this.#files.get(copyId)?.delete(project);
  }

  /** The projects that have a file of each of these copies. */
  projectsWith(copyIds: readonly string[]): readonly string[] {
    const [first = ""] = copyIds;
    return [...this.#files.get(first)?.keys() ?? []]
      .filter((project) => copyIds.every((id) => this.get(id, project) !== undefined));
  }
}
