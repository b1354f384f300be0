/**
 * All caches of the emulated Google: the Gemini API's, and Vertex AI's by location.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import { cacheNotFound } from "./cache_errors.ts";
import { dropOldest } from "../drop_oldest.ts";
import { isSameProject } from "../project_number.ts";
import type { JsonObject } from "../../base/json.ts";
import { randomDigits, randomId } from "../random_id.ts";
import { type CacheSource, StoredCache } from "./stored_cache.ts";

/** Most caches of all projects; the oldest are discarded. */
const MOST_CACHES = 5000;

/** Where caches are: a project, and a location of Vertex AI; none is the Gemini API. */
export type CachePlace = Pick<CacheSource, "project" | "location">;

/** A new cache, before the store gives it an id. */
export type NewCache = Omit<CacheSource, "id" | "serial">;

/** All caches. */
export class CacheStore {
  readonly #clock: WallClock;
  readonly #caches = new Map<string, StoredCache>();
  #serial = 0;

  constructor(clock: WallClock) {
    this.#clock = clock;
  }

  add(cache: NewCache): StoredCache {
    const id = cache.location === "" ? randomId(40) : randomDigits(19);
    this.#serial += 1;
    const stored = new StoredCache({ ...cache, id, serial: this.#serial });
    this.#caches.set(id, stored);
    dropOldest(this.#caches, MOST_CACHES);
    return stored;
  }

  /** Returns a cache; throws a GoogleError if there is no such cache at that place. */
  find(id: string, place: CachePlace): StoredCache {
    const cache = this.#caches.get(id);
    if (cache === undefined || !isAt(cache, place) || cache.expiresAt <= this.#clock.now()) {
      throw cacheNotFound(id, place.location === "" ? "dev" : "vertex");
    }
    return cache;
  }

  /** The caches of a place, oldest first. */
  list(place: CachePlace): StoredCache[] {
    const now = this.#clock.now();
    for (const cache of this.#caches.values()) {
      if (cache.expiresAt <= now) this.#caches.delete(cache.id);
    }
    return [...this.#caches.values()].filter((cache) => isAt(cache, place));
  }

  delete(cache: StoredCache): void {
    this.#caches.delete(cache.id);
  }

  /** The resources of a project's caches, those of all locations, oldest first. */
  resourcesOf(project: string): readonly JsonObject[] {
    const now = this.#clock.now();
    return [...this.#caches.values()]
      .filter((cache) => isSameProject(cache.project, project) && cache.expiresAt > now)
      .map((cache) => cache.toJSON());
  }
}

function isAt(cache: StoredCache, { project, location }: CachePlace): boolean {
  return cache.location === location && isSameProject(cache.project, project);
}
