/**
 * Kept state for tests: none of it, and all of it at once.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Keeper, KeptChange, KeptKind, KeptRow } from "../../src/base/stored/kept.ts";
import type { Store } from "../../src/store/open_store.ts";

/** Keeps nothing. */
export const NO_KEEPER: Keeper = {
  isShared: false,
  open: () => ({
    put() {},
    delete() {},
    unwrittenSince: () => undefined,
    read: () => Promise.resolve(undefined),
    restore: () => Promise.resolve(),
    async *scan() {},
    remove: () => Promise.resolve(),
    merge: () => Promise.resolve(true),
    add: () => Promise.resolve(true),
  }),
};

/** Reads every row of a kind, as a gateway does at its start. */
export async function readKept<Value>(
  store: Pick<Store, "keeper">,
  kind: KeptKind<Value>,
): Promise<readonly KeptRow<Value>[]> {
  const found: KeptRow<Value>[] = [];
  const keeper = store.keeper({ clock: Date, onProblem });
  await keeper.open(kind, {
    restore: (rows) => void found.push(...rows),
    adopt: () => assert.fail("Nobody follows"),
  }).restore();
  await keeper.close();
  return found;
}

/** Writes changes of a kind, which are in the store when it resolves. */
export async function writeKept<Value>(
  store: Pick<Store, "keeper">,
  kind: KeptKind<Value>,
  changes: readonly KeptChange<Value>[],
): Promise<void> {
  const keeper = store.keeper({ clock: Date, onProblem });
  const rows = keeper.open(kind, { restore() {}, adopt() {} });
  for (const { key, value } of changes) {
    if (value === undefined) rows.delete(key);
    else rows.put(key, value);
  }
  await keeper.close();
}

function onProblem(what: string, error: unknown): void {
  assert.fail(`${what}: ${error}`);
}
