/** Runs the calls of OpenAI's API for images, sound and embeddings that documents show. @module */
import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { leaveOut } from "../../support/left_out.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { runTool } from "../run_tool.ts";
import { blocksFor, DEFAULT_URL } from "./shown_blocks.ts";

/** What a call prints, or writes into the file that `-o` names, by its path. */
const RESULTS: Readonly<Record<string, RegExp>> = {
  "images/generations": /"data":\[{"(?:b64_json":"iVBOR|url":"data:image\/png;base64,iVBOR)/,
  "audio/speech": /^RIFF/,
  "audio/transcriptions": /"text":".*You sent audio\/wav/,
  "embeddings": /"object":"list","data":\[{"object":"embedding"/,
};

Deno.test("The calls for images, sound and embeddings in the documents do what they show", async (t) => {
  const blocks = blocksFor("media");
  if (!(await runTool("curl", { args: ["--version"] })).success) {
    leaveOut("calls for images, sound and embeddings", { reason: "no curl on the PATH" });
    return;
  }
  assert.ok(blocks.length >= Object.keys(RESULTS).length);
  await using gateway = await startEmulatedGateway();
  using folder = tempFolder();
  for (const { path, text } of blocks) {
    const [name, result] = Object.entries(RESULTS).find(([part]) =>
      text.includes(`/v1/${part} `)
    ) ??
      [];
    await t.step(`${path}: ${name}`, async () => {
      assert.ok(result !== undefined, text);
      const { success, stdout } = await runTool("sh", {
        args: ["-c", text.replaceAll(DEFAULT_URL, gateway.url)],
        cwd: folder.path,
      });
      const [, file] = / -o (\S+)/.exec(text) ?? [];
      const written = file && await Deno.readFile(`${folder.path}/${file}`);
      assert.ok(success);
      assert.match(written ? new TextDecoder().decode(written) : stdout, result);
    });
  }
});
