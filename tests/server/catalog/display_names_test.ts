/** Which model a display name stands for. @module */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { ModelAliases } from "../../../src/gemini/api/model_alias.ts";
import { DisplayNames } from "../../../src/server/catalog/display_names.ts";
import { ModelList } from "../../../src/server/catalog/model_list.ts";
import { ModelLists } from "../../../src/server/catalog/model_lists.ts";
import { ModelNames } from "../../../src/server/catalog/model_names.ts";

/** A list of models with these display names, by id. */
function modelsOf(names: Readonly<Record<string, unknown>>) {
  return Object.entries(names).map(([id, displayName]) => ({
    name: `models/${id}`,
    ...(displayName === undefined ? {} : { displayName }),
  }));
}

Deno.test("DisplayNames knows the names that stand for one model, and no id", () => {
  const names = new DisplayNames();
  names.add(new ModelList(modelsOf({ a: "Model A", b: "b", c: 7, d: undefined, e: "a", f: "F" })));
  names.add(new ModelList(modelsOf({ a: "Model A", f: "f", g: "F" })));
  for (const [name, id] of [["Model A", "a"], ["F", undefined], ["a", undefined]] as const) {
    assert.equal(names.idOf(name), id, name);
  }
  for (const name of ["b", "7", "", "model a", "Model A ", "constructor", "__proto__"]) {
    assert.equal(names.idOf(name), undefined, name);
  }
});

Deno.test("DisplayNames tells after every change what the lists say together", () => {
  const word = fc.constantFrom("a", "b", "c", "A", "B");
  const list = fc.dictionary(word, fc.option(word, { nil: undefined }));
  const change = fc.record({ list, goes: fc.nat() });
  fc.assert(fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
    const names = new DisplayNames();
    let lists: ModelList[] = [];
    for (const { list, goes } of changes) {
      const gone = lists[goes % (lists.length + 1)];
      const added = new ModelList(modelsOf(list));
      names.add(added);
      if (gone !== undefined) names.remove(gone);
      lists = [...lists.filter((list) => list !== gone), added];
      const models = lists.flatMap((list) => [...list.models]);
      for (const name of ["a", "b", "c", "A", "B"]) {
        const ids = new Set(
          models.flatMap(([id, { displayName }]) => displayName === name ? [id] : []),
        );
        const isId = models.some(([id]) => id === name);
        const expected = ids.size === 1 && !isId ? [...ids][0] : undefined;
        assert.equal(names.idOf(name), expected);
      }
    }
  }));
});

Deno.test("ModelLists forgets the names of a list with its last account", () => {
  const lists = new ModelLists();
  const models = modelsOf({ a: "Model A" });
  lists.set("one", models);
  lists.set("two", models);
  lists.delete("one");
  assert.equal(lists.idNamed("Model A"), "a");
  lists.set("two", modelsOf({ b: "Model A" }));
  assert.equal(lists.idNamed("Model A"), "b");
  lists.delete("two");
  assert.equal(lists.idNamed("Model A"), undefined);
});

Deno.test("ModelNames resolves aliases first, then display names, and an alias of the id behind one", () => {
  const lists = new ModelLists();
  lists.set("one", modelsOf({ a: "Model A", b: "Model B", c: "Model C" }));
  const aliases = new ModelAliases({ fast: "Model A", "Model B": "c", c: "b", "old-*": "a" });
  const names = new ModelNames(aliases, lists);
  for (
    const [name, id] of [
      ["a", "a"],
      ["Model A", "a"],
      ["fast", "a"],
      ["Model B", "c"],
      ["Model C", "b"],
      ["old-x", "a"],
      ["unknown", "unknown"],
    ] as const
  ) assert.equal(names.resolve(name), id, name);
});
