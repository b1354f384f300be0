/**
 * The `require` that the CommonJS packages in a bundle call.
 *
 * The bundler puts a function there that only throws. `deno bundle` replaces it with Node's own, but
 * overlooks it when the minifier gave the function, or one of its parameters, a name with a `$`. The
 * minifier's names depend on how often all others are used: any change of the source may cause a `$`.
 *
 * @module
 */

/** What a package in the bundle calls to load a module that is not in it. */
const REFUSAL = /throw Error\('Dynamic require of "'/;

/** The bundler's function, minified: `NAME=(x=>typeof require<"u"?…)(function(x){…})`. */
const SHIM =
  /(\b(?:var|let|const) |,)([\w$]+)=\([\w$]+=>typeof require<"u"\?require:typeof Proxy<"u"\?new Proxy\(.{1,400}?is not supported'\)\}\)/;

/**
 * Replaces the bundler's function with Node's `require`, if the function is still there. Everything
 * else keeps its line and column, so that the source map stays valid.
 *
 * @param text A minified bundle, as `deno bundle` writes it.
 * @throws {Error} When it has such a function in an unknown form.
 */
export function withRequire(text: string): string {
  if (!REFUSAL.test(text)) return text;
  const mended = text.replace(
    SHIM,
    (shim, before: string, name: string) =>
      `${before}${name}=__polluxCreateRequire(import.meta.url)`.padEnd(shim.length),
  );
  if (REFUSAL.test(mended)) {
    throw new Error(
      'The bundle refuses "require", in a form that scripts/build/require_in_bundle.ts does not know',
    );
  }
  // Imports are evaluated first, wherever they are in the file.
  const newline = mended.endsWith("\n") ? "" : "\n";
  return `${mended}${newline}import{createRequire as __polluxCreateRequire}from"node:module";\n`;
}
