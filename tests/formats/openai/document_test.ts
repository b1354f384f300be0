/** What docs/openai.md says of fields is what the code does. @module */
import assert from "node:assert/strict";
import {
  MESSAGE_FIELDS,
  REQUEST_FIELDS,
  TOOL_FIELDS,
} from "../../../src/formats/openai/chat/chat_fields.ts";
import { COMPLETION_FIELDS } from "../../../src/formats/openai/completions/completion_fields.ts";
import type { FieldRule } from "../../../src/formats/field_rule.ts";
import { documentText } from "../../conformance/documents/documents.ts";
import { markdownTable } from "../../support/markdown_table.ts";

function tableOf(rules: readonly FieldRule[]): string {
  return markdownTable(
    ["field", "treatment", "what it does, or why not"],
    rules.map(({ name, treatment, note }) => [`\`${name}\``, treatment, note]),
  );
}

Deno.test("docs/openai.md has the tables of the code", () => {
  const text = documentText("docs/openai.md");
  for (const rules of [REQUEST_FIELDS, MESSAGE_FIELDS, TOOL_FIELDS, COMPLETION_FIELDS]) {
    const table = tableOf(rules);
    assert.ok(text.includes(`\n${table}\n`), `The document has not this table:\n${table}`);
  }
});
