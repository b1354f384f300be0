/** Runs every command that docs/ shows, and reads every configuration. @module */
import assert from "node:assert/strict";
import { loadConfig } from "../../src/config/load_config.ts";
import { runPollux } from "../support/pollux_process.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { fencedBlocks } from "./fenced_blocks.ts";

const DOCS = new URL("../../docs/", import.meta.url);

for (const { name } of [...Deno.readDirSync(DOCS)].filter(({ name }) => name === "network.md")) {
  Deno.test(`The commands and configurations that docs/${name} shows work`, async () => {
    using folder = tempFolder();
    const blocks = fencedBlocks(await Deno.readTextFile(new URL(name, DOCS)));
    assert.ok(blocks.length > 0);
    for (const { language, text } of blocks) {
      if (language === "yaml") {
        const path = `${folder.path}/config.yaml`;
        await Deno.writeTextFile(path, text);
        await loadConfig({ file: { path, isChosen: true }, env: () => undefined, flags: {} });
        continue;
      }
      assert.equal(language, "sh");
      for (const line of text.split("\n")) {
        const [program, ...words] = line.split(" ");
        assert.equal(program, "pollux");
        const { code, stderr } = await runPollux(words, {
          dataDir: `${folder.path}/data`,
          env: { POLLUX_SERVER_PORT: "0" },
        });
        // A new folder has no account, of which the doctor warns.
        assert.equal(code, words[0] === "doctor" ? 3 : 0, stderr);
      }
    }
  });
}
