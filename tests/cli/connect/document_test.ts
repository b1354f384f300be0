/**
 * Runs what docs/connect.md shows, from its first line to its last, in one home.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CLIENT_IDS } from "../../../src/cli/connect/clients/client_ids.ts";
import { isShown, shownCommands } from "../../conformance/documents/console_lines.ts";
import { documentText } from "../../conformance/documents/documents.ts";
import { blocksFor } from "../../conformance/documents/shown_blocks.ts";
import { ON_WINDOWS, testUnless } from "../../support/left_out.ts";
import { ClientUser } from "./client_user.ts";

testUnless(ON_WINDOWS, "The commands in docs/connect.md print what it shows", async () => {
  using user = new ClientUser();
  const blocks = blocksFor("connect");
  assert.ok(blocks.length >= 2);
  for (const { text } of blocks) {
    for (const { line, output } of shownCommands(text)) {
      let printed = "";
      for (const command of line.split(" | ")) {
        const [program, ...words] = command.split(" ");
        assert.equal(program, "pollux");
        const { code, out, err } = await user.run(words, { input: printed });
        assert.equal(code, 0, `${command}: ${err}`);
        printed = out;
      }
      assert.ok(isShown(output, printed), `$ ${line}\n${printed}\nbut shown is\n${output}`);
    }
  }
});

Deno.test("docs/connect.md has every client in its table", () => {
  const text = documentText("docs/connect.md");
  for (const id of CLIENT_IDS) assert.match(text, new RegExp(`^\\| \`${id}\` `, "m"));
});
