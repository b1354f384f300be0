/**
 * Tests of the tables in docs/clients.md.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Column } from "./matrix.ts";
import { APIS, markersOf, tableIn, toMarkdown, withTables } from "./table.ts";

const COLUMNS: readonly Column[] = [
  {
    client: "curl",
    api: "gemini",
    wires: new Map(),
    outcomes: new Map([
      ["answer", { kind: "passed" }],
      ["one model", { kind: "failed", reason: "It raised an error" }],
      ["thoughts", { kind: "inapplicable" }],
    ]),
  },
  {
    client: "other",
    api: "gemini",
    wires: new Map(),
    outcomes: new Map([
      ["answer", { kind: "inapplicable" }],
      ["one model", { kind: "passed" }],
      ["thoughts", { kind: "inapplicable" }],
    ]),
  },
  {
    client: "another",
    api: "chat",
    wires: new Map(),
    outcomes: new Map([
      ["answer", { kind: "inapplicable" }],
      ["one model", { kind: "inapplicable" }],
      ["thoughts", { kind: "passed" }],
    ]),
  },
];

const TABLE = [
  "|           | curl | other |",
  "| --------- | ---- | ----- |",
  "| answer    | ✓    | –     |",
  "| one model | ✗    | ✓     |",
].join("\n");

Deno.test("toMarkdown() gives a row for each case and a column for each client of an API", () => {
  assert.equal(toMarkdown(COLUMNS, "gemini"), TABLE);
  assert.match(toMarkdown(COLUMNS, "chat"), /^\| {10}\| another \|\n.*\n\| thoughts \| ✓ {7}\|$/);
});

Deno.test("withTables() replaces what stands between the markers, and tableIn() finds it", () => {
  const places = APIS.map((api) => `${markersOf(api).begin}\nold\n${markersOf(api).end}`);
  const after = withTables(`# Title\n\n${places.join("\n\n")}\n\nText\n`, COLUMNS);
  const { begin, end } = markersOf("gemini");
  assert.ok(after.startsWith(`# Title\n\n${begin}\n\n${TABLE}\n\n${end}\n\n`), after);
  assert.ok(after.endsWith("\n\nText\n"));
  for (const api of APIS) assert.equal(tableIn(after, api), toMarkdown(COLUMNS, api));
});

Deno.test("tableIn() rejects a text without markers", () => {
  assert.throws(() => tableIn("# Title\n", "chat"), /Cannot find the table/);
});
