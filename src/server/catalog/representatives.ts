/**
 * A few accounts that stand for all.
 *
 * @module
 */
import type { Account } from "../../accounts/account.ts";

/** How many are chosen, unless more differ: lists differ by kind and tier, not by account. */
const USUALLY_CHOSEN = 16;

/**
 * Chooses at least one account of every kind, place and set of rules for models, so that no model is
 * missed.
 *
 * @param all What there is to choose from.
 * @param accountOf The account that an item is about.
 */
export function representatives<T>(
  all: readonly T[],
  accountOf: (item: T) => Account,
): readonly T[] {
  const alike = Map.groupBy(all, (item) => {
    const { kind, location, models } = accountOf(item);
    return JSON.stringify([kind, location, models]);
  });
  const first = new Set([...alike.values()].flatMap((group) => group.slice(0, 1)));
  const others = all.filter((item) => !first.has(item));
  return [...first, ...others.slice(0, Math.max(0, USUALLY_CHOSEN - first.size))];
}
