/**
 * How calls are spread over accounts.
 *
 * @module
 */

/**
 * - `balance`: a conversation stays with its account, and moves at once when that can't answer; those
 *   that are new go to each account in turn, by weight.
 * - `cache_first`: the same, but a call waits a while for its account before it moves, so that what
 *   upstream has cached of the conversation is used.
 * - `performance_first`: each call goes to the account with the fewest calls in flight for its weight.
 */
export type StrategyName = "balance" | "cache_first" | "performance_first";

/** What a strategy looks at when it compares two accounts that can answer. */
export interface Contender {
  readonly priority: number;
  /** Calls in flight for its weight. */
  readonly load: number;
  /** How far it has come in turn: grows by the inverse of its weight with each of its turns. */
  readonly pass: number;
  /** When it last had its turn; smaller is longer ago. */
  readonly lastTurn: number;
  /** Its place among all accounts. */
  readonly position: number;
}

/** A way to spread calls. */
export interface Strategy {
  /** Whether a conversation stays with its account. */
  readonly isSticky: boolean;
  /** Whether a call waits for its conversation's account. */
  readonly isPatient: boolean;
  /** Whether the order depends on the calls in flight, and so changes with each of them. */
  readonly isByLoad: boolean;
  /** Whether one account is to be preferred to another. */
  readonly isBefore: (a: Contender, b: Contender) => boolean;
}

const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  balance: { isSticky: true, isPatient: false, isByLoad: false, isBefore: isNextInTurn },
  cache_first: { isSticky: true, isPatient: true, isByLoad: false, isBefore: isNextInTurn },
  performance_first: { isSticky: false, isPatient: false, isByLoad: true, isBefore: isLessLoaded },
};

/** The strategy of that name. */
export function strategyNamed(name: StrategyName): Strategy {
  return STRATEGIES[name];
}

/**
 * Stride scheduling: over time each gets turns in proportion to its weight, and they are spread evenly,
 * as in a smooth weighted round.
 */
function isNextInTurn(a: Contender, b: Contender): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  if (a.pass !== b.pass) return a.pass < b.pass;
  if (a.lastTurn !== b.lastTurn) return a.lastTurn < b.lastTurn;
  return a.position < b.position;
}

function isLessLoaded(a: Contender, b: Contender): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.load === b.load ? isNextInTurn(a, b) : a.load < b.load;
}
