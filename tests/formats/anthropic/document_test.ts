/**
 * docs/anthropic.md lists every field, and what becomes of it.
 */
import assert from "node:assert/strict";
import { BLOCK_FIELDS } from "../../../src/formats/anthropic/messages/request/block_fields.ts";
import { MESSAGE_FIELDS } from "../../../src/formats/anthropic/messages/request/conversation.ts";
import { REQUEST_FIELDS } from "../../../src/formats/anthropic/messages/request/request_fields.ts";
import {
  CLIENT_TOOL_FIELDS,
  SERVER_TOOL_FIELDS,
} from "../../../src/formats/anthropic/messages/request/tool_fields.ts";
import type { FieldRule } from "../../../src/formats/field_rule.ts";
import { documentText } from "../../conformance/documents/documents.ts";
import { markdownTable } from "../../support/markdown_table.ts";

const HEAD = ["field", "", "what it does, or why not"];

function rowOf({ name, treatment, note }: FieldRule): string[] {
  return [`\`${name}\``, treatment, note];
}

/** The tables, by their headings. */
const TABLES: Readonly<Record<string, string>> = {
  "Fields of a request": markdownTable(HEAD, REQUEST_FIELDS.map(rowOf)),
  "Fields of a message": markdownTable(HEAD, MESSAGE_FIELDS.map(rowOf)),
  "Content blocks": markdownTable(
    ["block", ...HEAD],
    Object.entries(BLOCK_FIELDS).flatMap(([type, rules]) =>
      rules.filter(({ name }) => name !== "type").map((rule) => [`\`${type}\``, ...rowOf(rule)])
    ),
  ),
  "Tools that the client runs": markdownTable(HEAD, CLIENT_TOOL_FIELDS.map(rowOf)),
  "Tools that Google runs": markdownTable(HEAD, SERVER_TOOL_FIELDS.map(rowOf)),
};

for (const [heading, table] of Object.entries(TABLES)) {
  Deno.test(`docs/anthropic.md has the table "${heading}"`, () => {
    const text = documentText("docs/anthropic.md");
    const [, section = ""] = text.split(`### ${heading}\n`);
    assert.equal(/^\|.*$(?:\n^\|.*$)*/m.exec(section)?.[0], table);
  });
}
