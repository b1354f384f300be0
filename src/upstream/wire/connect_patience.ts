/**
 * How long a connection is waited for. Slowness of this machine must not be taken for a server that does
 * not answer, so time alone does not end the wait.
 *
 * @module
 */

/**
 * How long a round is, in ms. Waiting is counted in rounds of a timer and not in time: while the event
 * loop stalls no connection can come about, and a stall counts as one round, however long it is.
 */
export const ROUND_MS = 250;

/** Rounds in which no connection to the server comes about, after which it is taken to be silent. */
const SILENT_ROUNDS = 4;

/** After so many rounds this one connection is given up, whatever the server does with others. */
const MOST_ROUNDS = 20;

/** The wait for one connection. */
export class ConnectPatience {
  readonly #reachedBefore: number;
  #reached: number;
  #rounds = 0;
  #silentRounds = 0;

  /** @param reached How many connections to the server have come about so far. */
  constructor(reached: number) {
    this.#reachedBefore = this.#reached = reached;
  }

  /** Whether no other connection to the server has come about since this one is waited for. */
  get isServerSilent(): boolean {
    return this.#reached === this.#reachedBefore;
  }

  /**
   * A round is over.
   *
   * @param reached How many connections to the server have come about by now.
   * @returns Whether the wait is over.
   */
  endsWith(reached: number): boolean {
    this.#rounds++;
    this.#silentRounds = reached === this.#reached ? this.#silentRounds + 1 : 0;
    this.#reached = reached;
    return this.#silentRounds >= SILENT_ROUNDS || this.#rounds >= MOST_ROUNDS;
  }
}
