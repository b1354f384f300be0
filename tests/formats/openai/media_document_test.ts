/** What docs/openai-media.md says is what the code does. @module */
import assert from "node:assert/strict";
import { ASPECT_RATIOS } from "../../../src/formats/openai/images/image_words.ts";
import { DEFAULT_IMAGE_MODEL } from "../../../src/formats/openai/images/image_model.ts";
import { documentText } from "../../conformance/documents/documents.ts";
import { mediaTables } from "./support/media_tables.ts";

Deno.test("docs/openai-media.md has the tables of the code", () => {
  const text = documentText("docs/openai-media.md");
  for (const table of mediaTables()) {
    assert.ok(text.includes(`\n${table}\n`), `The document has not this table:\n${table}`);
  }
});

Deno.test("docs/openai-media.md names all ratios, and the model of a request without one", () => {
  const text = documentText("docs/openai-media.md").replace(/\s+/g, " ");
  assert.ok(text.includes(ASPECT_RATIOS.map((ratio) => `\`${ratio}\``).join(", ")));
  assert.ok(text.includes(`\`${DEFAULT_IMAGE_MODEL}\``));
});
