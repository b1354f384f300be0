/** A bundle's CommonJS packages get Node's modules, whatever the minifier called the way to them. @module */
import assert from "node:assert/strict";
import { withRequire } from "../../../scripts/build/require_in_bundle.ts";
import { tempFolder } from "../../support/temp_folder.ts";

/** The head of a bundle as esbuild 0.25 minifies it, with the names that it chose. */
function bundle(name: string, parameter: string): string {
  return `var a=1;var ${name}=(${parameter}=>typeof require<"u"?require:typeof Proxy<"u"?` +
    `new Proxy(${parameter},{get:(e,n)=>(typeof require<"u"?require:e)[n]}):${parameter})(function` +
    `(${parameter}){if(typeof require<"u")return require.apply(this,arguments);` +
    `throw Error('Dynamic require of "'+${parameter}+'" is not supported')});` +
    `var d=(t,e)=>()=>(t&&(e=t(t=0)),e);\nexport const read=()=>${name}("node:path").posix.sep;\n`;
}

for (const [name, parameter] of [["$l", "t"], ["l$", "t"], ["$", "$e"], ["El", "$"]] as const) {
  Deno.test(`withRequire() lets a bundle require modules of Node where it is called ${name} of ${parameter}`, async () => {
    await using folder = tempFolder();
    const text = bundle(name, parameter);
    const mended = withRequire(text);
    const at = (all: string, what: string) => all.split("\n").map((line) => line.indexOf(what));
    assert.deepEqual(at(mended, "var d=").slice(0, 2), at(text, "var d=").slice(0, 2));
    const path = `${folder.path}/bundle.mjs`;
    await Deno.writeTextFile(path, mended);
    const { read }: { read: () => string } = await import(new URL(`file://${path}`).href);
    assert.equal(read(), "/");
  });
}

Deno.test("withRequire() leaves a bundle alone that requires nothing, or whose way Deno has mended", () => {
  for (
    const text of ["var a=1;\n", 'var l=__deno_internal_createRequire(import.meta.url);l("a");']
  ) {
    assert.equal(withRequire(text), text);
  }
});

Deno.test("withRequire() refuses a bundle that would refuse to start", () => {
  const text = `var l=x=>{throw Error('Dynamic require of "'+x+'" is not supported')};`;
  assert.throws(() => withRequire(text), /does not know/);
});
