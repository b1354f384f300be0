/** Which name a model goes by upstream. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ModelAliases } from "../../../src/gemini/api/model_alias.ts";

Deno.test("resolve() takes an exact alias before any wildcard", () => {
  const aliases = new ModelAliases({ "gpt-*": "wild", "gpt-4": "exact", "*": "any" });
  assert.equal(aliases.resolve("gpt-4"), "exact");
  assert.equal(aliases.resolve("gpt-4o"), "wild");
  assert.equal(aliases.resolve("claude"), "any");
});

Deno.test("resolve() takes the wildcard with the most letters, whatever their order", () => {
  const rules: readonly (readonly [string, string])[] = [
    ["*", "any"],
    ["gemini-*", "family"],
    ["gemini-*-flash", "flash"],
    ["gemini-3*-flash", "third flash"],
  ];
  for (const order of [rules, rules.toReversed()]) {
    const aliases = new ModelAliases(Object.fromEntries(order));
    assert.equal(aliases.resolve("gemini-3.1-flash"), "third flash");
    assert.equal(aliases.resolve("gemini-2.5-flash"), "flash");
    assert.equal(aliases.resolve("gemini-2.5-pro"), "family");
    assert.equal(aliases.resolve("llama"), "any");
  }
});

Deno.test("resolve() passes a name on that no alias is for", () => {
  const aliases = new ModelAliases({ fast: "gemini-2.5-flash", "g*-x": "y" });
  for (const name of ["gemini-9", "FAST", "fast2", "", "constructor", "__proto__", "ag-x"]) {
    assert.equal(aliases.resolve(name), name);
  }
});

Deno.test("resolve() lets a star stand for nothing, for slashes and for line ends", () => {
  const aliases = new ModelAliases({ "a*z": "hit" });
  for (const name of ["az", "a/b/z", "a\nz", "a*z"]) assert.equal(aliases.resolve(name), "hit");
});

Deno.test("resolve() takes every other character of an alias for itself", () => {
  const aliases = new ModelAliases({ "gemini-2.5*(x)": "hit", "[ab]+": "exact" });
  assert.equal(aliases.resolve("gemini-2.5-pro(x)"), "hit");
  assert.equal(aliases.resolve("gemini-2x5-pro(x)"), "gemini-2x5-pro(x)");
  assert.equal(aliases.resolve("a"), "a");
  assert.equal(aliases.resolve("[ab]+"), "exact");
});

Deno.test("resolve() resolves once: an alias may point to the name of another", () => {
  const aliases = new ModelAliases({ a: "b", b: "a" });
  assert.equal(aliases.resolve("a"), "b");
  assert.equal(aliases.resolve("b"), "a");
});

Deno.test("resolve() matches a wildcard as plain text around the star, for any text", () => {
  const text = fc.string({ minLength: 1 }).filter((value) => !value.includes("*"));
  fc.assert(fc.property(text, fc.string(), text, (before, middle, after) => {
    const aliases = new ModelAliases({ [`${before}*${after}`]: "target" });
    assert.equal(aliases.resolve(`${before}${middle}${after}`), "target");
    const shorter = `${before}${after}`.slice(1);
    const fits = shorter.length >= before.length + after.length;
    assert.equal(aliases.resolve(shorter), fits ? "target" : shorter);
  }));
});

Deno.test("entries() gives the exact aliases only", () => {
  const aliases = new ModelAliases({ fast: "f", "g*": "w", smart: "s" });
  assert.deepEqual([...aliases.entries()], [["fast", "f"], ["smart", "s"]]);
});
