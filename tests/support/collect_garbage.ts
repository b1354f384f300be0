/**
 * Makes the garbage collector run, for faults that only show when it has.
 *
 * @module
 */

/**
 * Resolves after a full collection.
 *
 * @throws {Error} When V8 does not let itself be told: `deno task test` asks it to (`--expose-gc`).
 */
export async function collectGarbage(): Promise<void> {
  const collect: unknown = Reflect.get(globalThis, "gc");
  if (typeof collect !== "function") {
    throw new Error("Cannot collect garbage: run the tests with `deno task test`");
  }
  // In a task of its own: what a task has looked at through a weak reference stays until it ends.
  await new Promise((resolve) => setTimeout(resolve));
  collect();
}
