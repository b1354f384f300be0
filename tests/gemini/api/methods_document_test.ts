/**
 * docs/methods.md shows the method table. `UPDATE_METHODS=1` writes it anew.
 *
 * @module
 */
import assert from "node:assert/strict";
import { METHOD_NAMES, type MethodRow, METHODS } from "../../../src/gemini/api/methods.ts";
import { markdownTable } from "../../support/markdown_table.ts";

const DOCUMENT = new URL("../../../docs/methods.md", import.meta.url);

const HEAD = [
  "Method",
  "Request",
  "Account kinds",
  "Body",
  "Response",
  "Account",
  "Sent again",
  "Names",
  "Makes",
];

function rowOf(name: keyof typeof METHODS): readonly string[] {
  const row: MethodRow = METHODS[name];
  return [
    `\`${name}\``,
    `\`${row.verb} ${row.prefix === undefined ? "" : `${row.prefix}/…/`}${row.path}\``,
    Object.keys(row.kinds).join(", "),
    row.body,
    row.response,
    row.routing,
    row.retry,
    row.names.join(", "),
    row.makes.join(", "),
  ];
}

Deno.test("docs/methods.md has a row for each method of the table", async () => {
  const document = await Deno.readTextFile(DOCUMENT);
  const [table = ""] = /^\|(?:.*\n)+?(?=\n)/m.exec(document) ?? [];
  const current = `${markdownTable(HEAD, METHOD_NAMES.map(rowOf))}\n`;
  if (Deno.env.get("UPDATE_METHODS") === "1") {
    return await Deno.writeTextFile(DOCUMENT, document.replace(table, current));
  }
  assert.equal(
    table,
    current,
    "Renew it: UPDATE_METHODS=1 deno task test tests/gemini/api/methods_document_test.ts",
  );
});
