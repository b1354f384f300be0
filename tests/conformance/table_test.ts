/**
 * Tests of the table in docs/clients.md.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Column } from "./matrix.ts";
import { MARKERS, tableIn, toMarkdown, withTable } from "./table.ts";

const COLUMNS: readonly Column[] = [
  {
    client: "curl",
    outcomes: new Map([
      ["answer", { kind: "passed" }],
      ["one model", { kind: "failed", reason: "It raised an error" }],
    ]),
  },
  {
    client: "other",
    outcomes: new Map([["answer", { kind: "inapplicable" }], ["one model", { kind: "passed" }]]),
  },
];

const TABLE = [
  "|           | curl | other |",
  "| --------- | ---- | ----- |",
  "| answer    | ✓    | –     |",
  "| one model | ✗    | ✓     |",
].join("\n");

Deno.test("toMarkdown() gives a row for each case and a column for each client", () => {
  assert.equal(toMarkdown(COLUMNS), TABLE);
});

Deno.test("withTable() replaces what stands between the markers, and tableIn() finds it", () => {
  const before = `# Title\n\n${MARKERS.begin}\nold\n${MARKERS.end}\n\nText\n`;
  const after = withTable(before, TABLE);
  assert.equal(after, `# Title\n\n${MARKERS.begin}\n\n${TABLE}\n\n${MARKERS.end}\n\nText\n`);
  assert.equal(tableIn(after), TABLE);
});

Deno.test("tableIn() rejects a text without markers", () => {
  assert.throws(() => tableIn("# Title\n"), /Cannot find the table/);
});
