/** Who offers what, by the lists. @module */
import assert from "node:assert/strict";
import { ModelLists } from "../../../src/server/catalog/model_lists.ts";
import type { Model } from "../../../src/gemini/api/model.ts";

const GENERATES = ["generateContent", "countTokens"];

function model(id: string, methods?: readonly string[]): Model {
  return { name: `models/${id}`, ...(methods && { supportedGenerationMethods: methods }) };
}

function listsOf(listed: Readonly<Record<string, readonly Model[] | undefined>>): ModelLists {
  const lists = new ModelLists();
  lists.accountCount = Object.keys(listed).length;
  for (const [id, models] of Object.entries(listed)) if (models) lists.set(id, models);
  return lists;
}

/** What each account is thought to offer; undefined where none is preferred. */
function offers(lists: ModelLists, asked: string, ids = "abcd"): string | undefined {
  const [name = "", method = "generateContent"] = asked.split(":");
  const offering = lists.offering(name, method);
  return offering && [...ids].map((id) => offering.of(id)).join();
}

Deno.test("ModelLists tells who offers a model, who does not, and of whom nothing is known", () => {
  const lists = listsOf({ a: [model("m")], b: [model("n")], c: undefined, d: [] });
  assert.equal(offers(lists, "m"), "yes,no,unknown,unknown");
  assert.equal(offers(lists, "n"), "no,yes,unknown,unknown");
});

Deno.test("ModelLists prefers no account for a model that none lists, or all do", () => {
  const lists = listsOf({ a: [model("m"), model("n")], b: [model("m")] });
  assert.equal(offers(lists, "new-model"), undefined);
  assert.equal(offers(lists, "m"), undefined);
  assert.equal(offers(lists, "n", "ab"), "yes,no");
});

Deno.test("ModelLists goes by the methods of a model if the list has them", () => {
  const lists = listsOf({
    a: [model("m", ["embedContent"])],
    b: [model("m", GENERATES)],
    c: [model("m")],
    d: [model("m", [])],
  });
  for (const method of ["generateContent", "streamGenerateContent", "countTokens"]) {
    assert.equal(offers(lists, `m:${method}`), "no,yes,yes,yes", method);
  }
  for (const method of ["embedContent", "batchEmbedContents"]) {
    assert.equal(offers(lists, `m:${method}`), "yes,no,yes,yes", method);
  }
});

Deno.test("ModelLists follows every change of lists and accounts", () => {
  const lists = listsOf({ a: [model("m")], b: [model("n")] });
  const before = lists.offering("m", "generateContent");
  assert.equal(offers(lists, "m", "ab"), "yes,no");
  assert.equal(lists.set("b", [model("n"), model("m")]), true);
  assert.equal(offers(lists, "m"), undefined);
  assert.equal(before?.of("b"), "yes", "what was handed out tells what is known now");
  lists.accountCount = 3;
  assert.equal(offers(lists, "m", "abc"), "yes,yes,unknown");
  lists.delete("a");
  assert.equal(offers(lists, "m", "abc"), "unknown,yes,unknown");
});

Deno.test("ModelLists keeps equal lists once, and tells whether a list changed", () => {
  const lists = listsOf({ a: [model("m")], b: [model("m")] });
  assert.equal(lists.of("a"), lists.of("b"));
  const { version } = lists;
  assert.equal(lists.set("a", [model("m")]), false);
  assert.equal(lists.version, version);
  assert.equal(lists.set("a", [model("m"), model("n")]), true);
  assert.ok(lists.version > version);
  assert.ok(lists.of("b")?.models.has("m"), "the other one's stays");
});

Deno.test("ModelLists remembers a bounded number of models, however many clients name", () => {
  const lists = listsOf({ a: [model("m")], b: [model("n")] });
  const before = lists.offering("m", "generateContent");
  for (let nth = 0; nth < 2000; nth++) lists.offering(`made-up-${nth}`, "generateContent");
  assert.notEqual(lists.offering("m", "generateContent"), before);
  assert.equal(offers(lists, "m", "ab"), "yes,no");
});
