/** The method table, and what is derived from it. @module */
import assert from "node:assert/strict";
import {
  isModelMethod,
  kindServes,
  kindsServing,
  LISTED_METHODS,
  listedName,
  type MethodRow,
  METHODS,
  type MethodsRouted,
  type MethodsServedBy,
  supportedMethods,
  type TranslationsOf,
} from "../../../src/gemini/api/methods.ts";

/** The table with one row more: a method that a second kind serves by a translation of its own. */
const WITH_ANOTHER = {
  ...METHODS,
  "inventContent": {
    ...METHODS.countTokens,
    path: "models/{model}:inventContent",
    kinds: { "gemini-api": "native", "vertex": "invent" },
  },
  "inventions.list": { ...METHODS["models.list"], kinds: { "gemini-api": "inventions" } },
} as const satisfies Readonly<Record<string, MethodRow>>;

type Another = typeof WITH_ANOTHER;

/** What a table of handlers looks like. */
type Handled<Names extends string> = { readonly [Name in Names]: true };

Deno.test("A row without its handling does not compile", () => {
  // The checker says so: each directive is an error of its own where the line below is none.
  // @ts-expect-error -- no translation "invent"
  const vertex: Handled<TranslationsOf<"vertex", Another>> = { native: true, count: true };
  // The method that needs no translation needs no entry either.
  const geminiApi: Handled<TranslationsOf<"gemini-api", Another>> = {
    native: true,
    count: true,
    embed: true,
    createCache: true,
    cache: true,
    interaction: true,
    resource: true,
    content: true,
    download: true,
    live: true,
    upload: true,
    videos: true,
    fetchOperation: true,
    turn: true,
    openai: true,
  };
  const codeAssist: Handled<TranslationsOf<"code-assist", Another>> = {
    envelope: true,
    count: true,
  };
  // @ts-expect-error -- no "inventions.list"
  const merged: Handled<MethodsRouted<"merged", Another>> = {
    "models.list": true,
    "models.get": true,
  };
  const served: MethodsServedBy<"vertex", Another> = "inventContent";
  // @ts-expect-error -- Code Assist does not serve it
  const unserved: MethodsServedBy<"code-assist", Another> = "inventContent";
  // @ts-expect-error -- no such kind of account
  const unknown: MethodRow = { ...METHODS.countTokens, kinds: { "gemini": "native" } };
  assert.ok(vertex && geminiApi && codeAssist && merged && served && unserved && unknown);
});

Deno.test("isModelMethod() knows the methods of models and no inherited name", () => {
  for (const name of ["generateContent", "streamGenerateContent", "countTokens"]) {
    assert.equal(isModelMethod(name), true);
  }
  for (const name of ["", "generatecontent", "models.list", "constructor", "length"]) {
    assert.equal(isModelMethod(name), false, name);
  }
});

Deno.test("kindServes() and kindsServing() read the row's kinds", () => {
  assert.equal(kindServes("vertex", "countTokens"), true);
  assert.deepEqual(kindsServing("countTokens"), ["gemini-api", "vertex", "code-assist"]);
});

Deno.test("Lists name methods as Google does, those that come with others by these", () => {
  assert.equal(listedName("streamGenerateContent"), "generateContent");
  assert.equal(listedName("countTokens"), "countTokens");
  assert.equal(listedName("unknown"), "unknown");
  for (const [name, method] of LISTED_METHODS) {
    assert.equal(listedName(method), name);
    // A name such as "cachedContents.create" is not one of Google's lists.
    assert.match(name, /^[a-zA-Z]+$/);
  }
  assert.ok(!LISTED_METHODS.has("streamGenerateContent"));
});

Deno.test("supportedMethods() names the methods that Google lists for a family of models", () => {
  const methods = ["generateContent", "countTokens"];
  assert.deepEqual(supportedMethods("code-assist", "generation"), methods);
  const cached = [...methods, "createCachedContent"];
  assert.deepEqual(supportedMethods("vertex", "generation"), cached);
  assert.deepEqual(supportedMethods("gemini-api", "generation"), [
    ...cached,
    "batchGenerateContent",
  ]);
});
