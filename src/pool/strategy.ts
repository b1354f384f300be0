/**
 * How calls are distributed over accounts.
 *
 * @module
 */

/**
 * - `balance`: a conversation stays with its account, and moves immediately if that is not available. New
 *   conversations are distributed over the accounts by weight.
 * - `cache_first`: the same, but a call waits a while for its account before it moves, to use upstream's
 *   cache of the conversation.
 * - `use_first_what_expires`: as `balance`, but new conversations go to the account whose remaining quota is lost
 *   first, since its window ends soonest.
 * - `performance_first`: each call goes to the account with the fewest calls in flight per weight.
 */
export type StrategyName =
  | "balance"
  | "cache_first"
  | "performance_first"
  | "use_first_what_expires";

/** What a strategy compares of two available accounts. */
export interface Contender {
  readonly priority: number;
  /** Calls in flight divided by its weight. */
  readonly load: number;
  /** When its remaining quota is lost, in ms since the epoch; `Infinity` if that is not known. */
  readonly lostAtMs: number;
  /** Its pass in stride scheduling: grows by the inverse of its weight with each selection. */
  readonly pass: number;
  /** The number of its last selection; smaller is longer ago. */
  readonly lastTurn: number;
  /** Its position among all accounts. */
  readonly position: number;
}

/** A way to distribute calls. */
export interface Strategy {
  /** Whether a conversation stays with its account. */
  readonly isSticky: boolean;
  /** Whether a call waits for its conversation's account. */
  readonly isPatient: boolean;
  /** Whether the order depends on the calls in flight, and so changes with each call. */
  readonly isByLoad: boolean;
  /** Whether the order depends on the quotas of the accounts, and so differs between models. */
  readonly isByQuota: boolean;
  /** Whether account `a` is preferred to account `b`. */
  readonly isBefore: (a: Contender, b: Contender) => boolean;
}

const STICKY = { isSticky: true, isPatient: false, isByLoad: false, isByQuota: false } as const;

const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  balance: { ...STICKY, isBefore: isNextInTurn },
  cache_first: { ...STICKY, isPatient: true, isBefore: isNextInTurn },
  performance_first: { ...STICKY, isSticky: false, isByLoad: true, isBefore: isLessLoaded },
  use_first_what_expires: { ...STICKY, isByQuota: true, isBefore: isLostEarlier },
};

/** Returns the strategy of that name. */
export function strategyNamed(name: StrategyName): Strategy {
  return STRATEGIES[name];
}

/**
 * Stride scheduling: over time each account is selected in proportion to its weight, at even intervals, as
 * in smooth weighted round robin.
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

function isLostEarlier(a: Contender, b: Contender): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.lostAtMs === b.lostAtMs ? isNextInTurn(a, b) : a.lostAtMs < b.lostAtMs;
}
