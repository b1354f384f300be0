/**
 * Selects a few accounts that represent all.
 *
 * @module
 */
import type { Account } from "../../accounts/account.ts";

/** How many are selected, unless more differ: lists differ by kind and tier, not by account. */
const USUALLY_CHOSEN = 16;

/**
 * Selects at least one account for each combination of kind, location and model rules, so that no model is
 * missed.
 *
 * @param all The items to select from.
 * @param accountOf Returns the account of an item.
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
