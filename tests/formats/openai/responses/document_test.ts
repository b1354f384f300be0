import assert from "node:assert/strict";
import {
  ITEM_FIELDS,
  REQUEST_FIELDS,
  TOOL_FIELDS,
} from "../../../../src/formats/openai/responses/request_fields.ts";
import { fieldTable } from "../../../../src/formats/shared/fields/field_check.ts";

/** A table without the spaces that align it. */
function cellsOf(table: string): string[][] {
  return table.trim().split("\n").map((row) => row.split("|").map((cell) => cell.trim()))
    .filter(([, cell = ""]) => !/^-+$/.test(cell));
}

Deno.test("docs/openai-responses.md has the tables of fields, items and tools", async () => {
  const document = new URL("../../../../docs/openai-responses.md", import.meta.url);
  const text = await Deno.readTextFile(document);
  const parts = [["fields", REQUEST_FIELDS], ["items", ITEM_FIELDS], [
    "tools",
    TOOL_FIELDS,
  ]] as const;
  for (const [name, rules] of parts) {
    const [, after = ""] = text.split(`<!-- ${name} -->\n`);
    const [table = ""] = after.trimStart().split("\n\n");
    assert.deepEqual(cellsOf(table), cellsOf(fieldTable(rules)), fieldTable(rules));
  }
});
