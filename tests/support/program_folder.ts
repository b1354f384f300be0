/**
 * A folder for executables.
 *
 * @module
 */

/**
 * Makes an empty folder that is gone with the scope, also where other folders stay until they are
 * searched for secrets: a program holds words that look like some.
 */
export function programFolder(): Disposable & { readonly path: string } {
  const path = Deno.makeTempDirSync({ prefix: "pollux-program-" });
  return {
    path,
    [Symbol.dispose](): void {
      Deno.removeSync(path, { recursive: true });
    },
  };
}
