/**
 * Makes the garbage collector run, for faults that only show when it has.
 *
 * @module
 */

/** How much is allocated at once, in bytes: large enough for a full collection after a few times. */
const PIECE_BYTES = 32 * 1024 * 1024;

/** Resolves after a full collection: V8 clears weak references in no lesser one. */
export async function collectGarbage(): Promise<void> {
  const sentinel = new WeakRef({});
  do {
    await task(allocate);
    // A look holds what it sees until its task ends.
  } while (await task(() => sentinel.deref() !== undefined));
}

/** Does work in a task of its own. */
function task<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(work())));
}

function allocate(): void {
  new Uint8Array(PIECE_BYTES).fill(1);
}
