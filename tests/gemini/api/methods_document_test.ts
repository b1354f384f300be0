/**
 * docs/methods.md shows the method table, and README which kinds of account serve which methods.
 * `UPDATE_METHODS=1` writes both anew.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ACCOUNT_KINDS } from "../../../src/gemini/api/account_kinds.ts";
import { METHOD_NAMES, type MethodRow, METHODS } from "../../../src/gemini/api/methods.ts";
import { markdownTable } from "../../support/markdown_table.ts";

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

const README_HEAD = ["Account kinds", "Methods that they serve"];

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

/** The kinds that serve a method, in their usual order. */
function kindsOf(name: keyof typeof METHODS): string {
  const row: MethodRow = METHODS[name];
  return ACCOUNT_KINDS.filter((kind) => kind in row.kinds).join(", ");
}

/** The collection in a method's name; the name itself if there is none. */
function collectionOf(name: string): string {
  return name.split(".", 1)[0] ?? name;
}

/** The rows of README's table: the methods that the same kinds serve. */
function rowsByKinds(): readonly (readonly string[])[] {
  const byKinds = Map.groupBy(METHOD_NAMES, kindsOf);
  const byCollection = Map.groupBy(METHOD_NAMES, collectionOf);
  return [...byKinds].map(([kinds, names]) => {
    const shown = names.map((name) => {
      const collection = collectionOf(name);
      const all = byCollection.get(collection) ?? [];
      const isWhole = all.length > 1 && all.every((one) => kindsOf(one) === kinds);
      return isWhole ? `\`${collection}.*\`` : `\`${name}\``;
    });
    return [kinds, [...new Set(shown)].join(", ")];
  });
}

/** Compares a document's first table after a heading with the current one, or writes it anew. */
async function checkTable(path: string, heading: string, table: string): Promise<void> {
  const url = new URL(`../../../${path}`, import.meta.url);
  const document = await Deno.readTextFile(url);
  const start = document.indexOf(`${heading}\n`);
  assert.ok(start >= 0, `${path} has no "${heading}"`);
  const [shown = ""] = /^\|(?:.*\n)+?(?=\n|$)/m.exec(document.slice(start)) ?? [];
  const at = document.indexOf(shown, start);
  if (Deno.env.get("UPDATE_METHODS") === "1") {
    const changed = document.slice(0, at) + table + document.slice(at + shown.length);
    return await Deno.writeTextFile(url, changed);
  }
  assert.equal(
    shown,
    table,
    "Renew it: UPDATE_METHODS=1 deno task test tests/gemini/api/methods_document_test.ts",
  );
}

Deno.test("docs/methods.md has a row for each method of the table", async () => {
  const table = `${markdownTable(HEAD, METHOD_NAMES.map(rowOf))}\n`;
  await checkTable("docs/methods.md", "# Methods", table);
});

Deno.test("README says which kinds of account serve each method of the table", async () => {
  await checkTable("README.md", "## Methods", `${markdownTable(README_HEAD, rowsByKinds())}\n`);
});
