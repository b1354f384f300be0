/** The columns that texts take, and how they are cut and folded. @module */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { cutTo, displayWidth, foldTo, padTo } from "../../../src/cli/terminal/display_width.ts";
import { fittedTable, tableLines } from "../../../src/cli/terminal/table_lines.ts";

Deno.test("displayWidth() counts wide characters twice, and marks not at all", () => {
  const widths: readonly (readonly [string, number])[] = [
    ["", 0],
    ["plain", 5],
    ["日本語", 6],
    ["ｆｕ", 4],
    ["e\u0301a\u0323", 2],
    ["a\u200d\u200bb", 2],
    ["👨‍👩‍👧", 2],
    ["🇩🇪", 2],
    ["한글", 4],
    ["שלום", 4],
  ];
  for (const [text, width] of widths) assert.equal(displayWidth(text), width, text);
});

Deno.test("cutTo() cuts between words where it can, and never within a character", () => {
  const cuts: readonly (readonly [string, number, string])[] = [
    ["hello world", 11, "hello world"],
    ["hello world", 10, "hello…"],
    ["hello world", 6, "hello…"],
    ["a verylongword", 9, "a verylo…"],
    ["日本語", 5, "日本…"],
    ["日本語", 4, "日…"],
    ["👨‍👩‍👧👨‍👩‍👧", 3, "👨‍👩‍👧…"],
    ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
    ["abc", 1, "…"],
    ["abc", 0, ""],
  ];
  for (const [text, width, cut] of cuts) assert.equal(cutTo(text, width), cut, `${text} ${width}`);
});

Deno.test("foldTo() breaks between words only", () => {
  assert.deepEqual(foldTo("one two three", 7, "  "), ["one two", "  three"]);
  assert.deepEqual(foldTo("日本 日本 日本", 9), ["日本 日本", "日本"]);
  assert.deepEqual(foldTo("a verylongword b", 6), ["a", "veryl…", "b"]);
});

Deno.test("cutTo(), foldTo() and padTo() keep to any width, for any text", () => {
  const texts = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }),
    fc.lorem(),
  );
  fc.assert(fc.property(texts, fc.integer({ min: 0, max: 30 }), (text, width) => {
    assert.ok(displayWidth(cutTo(text, width)) <= width);
    for (const line of foldTo(text, width, " ")) assert.ok(displayWidth(line) <= width);
    assert.ok(displayWidth(padTo(text, width)) >= width);
  }));
});

Deno.test("tableLines() aligns columns of any script", () => {
  assert.deepEqual(tableLines([["NAME", "N"], ["日本語", "1"], ["e\u0301", "2"], ["four", "3"]]), [
    "NAME    N",
    "日本語  1",
    "e\u0301       2",
    "four    3",
  ]);
});

Deno.test("fittedTable() cuts elastic columns, leaves out optional ones, and cuts lines at last", () => {
  const rows = [["NAME", "STATE", "LAST"], ["n".repeat(40), "well", "1s ago"]];
  function fitted(width: number) {
    const { lines, leftOut, cutLines } = fittedTable(rows, { width, optional: ["LAST"] });
    return [lines[1], leftOut, [...cutLines]];
  }
  const name = (width: number) => `${"n".repeat(width - 1)}…`;
  assert.deepEqual(fitted(60), [`${"n".repeat(40)}  well   1s ago`, [], []]);
  assert.deepEqual(fitted(40), [`${name(25)}  well   1s ago`, [], [1]]);
  assert.deepEqual(fitted(38), [`${name(31)}  well`, ["LAST"], [1]]);
  assert.deepEqual(fitted(19), [`${name(12)}  well`, ["LAST"], [1]]);
  assert.deepEqual(fitted(14)[0], `${name(12)} …`.replace(" …", "…").slice(0, 13));
});
