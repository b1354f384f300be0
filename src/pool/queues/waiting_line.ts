/**
 * The queue of calls that wait for a busy account, in order of arrival.
 *
 * @module
 */
import type { Lease } from "../lease.ts";
import type { PoolRequest } from "../selection.ts";

/** A waiting call. */
export interface Place {
  readonly request: PoolRequest;
  /** The only account that the call can use; undefined for any. */
  readonly accountId: string | undefined;
  /** Called when the call gets an account, after it was removed from the queue. */
  readonly onTurn: (lease: Lease) => void;
}

/** A bounded queue. */
export class WaitingLine {
  readonly #places = new Set<Place>();
  /** Most calls that wait at the same time. When it is reduced, calls that already wait stay. */
  most: number;

  /** @param most The initial {@linkcode most}. */
  constructor(most: number) {
    this.most = most;
  }

  /** How many calls wait. */
  get length(): number {
    return this.#places.size;
  }

  /** Adds a call; false if the queue is full. */
  join(place: Place): boolean {
    if (this.#places.size >= this.most) return false;
    this.#places.add(place);
    return true;
  }

  /** Removes a call; does nothing if it is not in the queue. */
  leave(place: Place): void {
    this.#places.delete(place);
  }

  /**
   * Gives accounts to waiting calls, in order of arrival.
   *
   * @param serve Returns an account for a call; undefined if there is none.
   */
  serve(serve: (place: Place) => Lease | undefined): void {
    for (const place of this.#places) {
      const lease = serve(place);
      if (lease === undefined) continue;
      this.#places.delete(place);
      place.onTurn(lease);
    }
  }
}
