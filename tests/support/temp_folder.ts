/**
 * A folder for one test.
 *
 * @module
 */

/** `deno task test` searches the folders afterwards, and removes them all. */
const IS_SEARCHED = Deno.env.has("TEST_SCRATCH");

/** Makes an empty folder that is gone with the scope, or with the run of all tests. */
export function tempFolder(): Disposable & { readonly path: string } {
  const path = Deno.makeTempDirSync({ prefix: "pollux-test-" });
  return {
    path,
    [Symbol.dispose](): void {
      if (!IS_SEARCHED) Deno.removeSync(path, { recursive: true });
    },
  };
}
