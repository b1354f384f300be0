/**
 * Calls that wait for a busy account, first come, first served.
 *
 * @module
 */
import type { Lease } from "../lease.ts";
import type { PoolRequest } from "../selection.ts";

/** A call's place in the line. */
export interface Place {
  readonly request: PoolRequest;
  /** The only account that will do; undefined for any. */
  readonly accountId: string | undefined;
  /** It is the call's turn: it has an account. It has left the line by then. */
  readonly onTurn: (lease: Lease) => void;
}

/** A bounded line. */
export class WaitingLine {
  readonly #places = new Set<Place>();
  /** Most calls that wait at the same time. When it shrinks, those that wait already stay. */
  most: number;

  /** @param most {@linkcode most}, in the beginning. */
  constructor(most: number) {
    this.most = most;
  }

  /** How many calls wait. */
  get length(): number {
    return this.#places.size;
  }

  /** Joins the line; false when it is full. */
  join(place: Place): boolean {
    if (this.#places.size >= this.most) return false;
    this.#places.add(place);
    return true;
  }

  /** Leaves the line; whoever is no longer in it, too. */
  leave(place: Place): void {
    this.#places.delete(place);
  }

  /**
   * Serves whom it can, in order of arrival.
   *
   * @param serve Gives an account to a call, or says that there is none for it.
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
