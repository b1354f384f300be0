/** What counts as a fenced block, and under which heading. @module */
import assert from "node:assert/strict";
import { fencedBlocks } from "./fenced_blocks.ts";

Deno.test("fencedBlocks() gives each block with its heading, its language and its lines", () => {
  const markdown = [
    "```",
    "before any heading",
    "```",
    "# Title",
    "Words with `code` and ``` within.",
    "## Part one",
    "```sh",
    "# a comment, not a heading",
    "",
    "  indented \\",
    "```",
    "",
    "```js title",
    "```",
  ].join("\n");
  assert.deepEqual(fencedBlocks(markdown), [
    { section: "", language: "", text: "before any heading" },
    { section: "Part one", language: "sh", text: "# a comment, not a heading\n\n  indented \\" },
    { section: "Part one", language: "js", text: "" },
  ]);
});

Deno.test("fencedBlocks() rejects a block without an end", () => {
  assert.throws(() => fencedBlocks("# Title\n```sh\nls\n"), /under "Title" has no closing fence/);
});
