/**
 * What a bundle's CommonJS packages call `require`.
 *
 * The bundler leaves a function there that only throws. `deno bundle` puts Node's own in its place, but
 * overlooks the function when the minifier has given it, or one of its parameters, a name with a `$`.
 * Which name it gives hangs on how often all others are used: any change of the source may bring a `$`.
 *
 * @module
 */

/** What the bundler calls when a package asks for a module that is not in the bundle. */
const REFUSAL = /throw Error\('Dynamic require of "'/;

/** The bundler's function, minified: `NAME=(x=>typeof require<"u"?…)(function(x){…})`. */
const SHIM =
  /(\b(?:var|let|const) |,)([\w$]+)=\([\w$]+=>typeof require<"u"\?require:typeof Proxy<"u"\?new Proxy\(.{1,400}?is not supported'\)\}\)/;

/**
 * The bundle with Node's `require` where the bundler's function is, if it is still there. All else
 * keeps its line and column, so that the source map stays right.
 *
 * @param text A minified bundle, as `deno bundle` writes it.
 * @throws {Error} When it has such a function in a form that is not known.
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
  // Imports are carried out first, wherever they stand.
  const newline = mended.endsWith("\n") ? "" : "\n";
  return `${mended}${newline}import{createRequire as __polluxCreateRequire}from"node:module";\n`;
}
