/**
 * A folder for one test.
 *
 * @module
 */

/** Makes an empty folder that is gone with the scope. */
export function tempFolder(): Disposable & { readonly path: string } {
  const path = Deno.makeTempDirSync({ prefix: "pollux-test-" });
  return {
    path,
    [Symbol.dispose](): void {
      Deno.removeSync(path, { recursive: true });
    },
  };
}
