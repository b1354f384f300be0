/**
 * gemini-cli against `pollux demo`: its first tool call with Gemini 3 works, also where the next request goes to
 * another account.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startGateway } from "../support/pollux_process.ts";
import { leaveOut } from "../support/left_out.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { GeminiCliClient } from "./gemini_cli_client.ts";
import { prepareClients } from "./prepare.ts";

Deno.test("gemini-cli's tool call works with the demo, and gets a short answer", async () => {
  const { javascript } = await prepareClients();
  if (javascript === undefined) {
    return leaveOut("gemini-cli with the demo", { reason: "no npm on the PATH" });
  }
  using folder = tempFolder();
  await using gateway = await startGateway({ dataDir: `${folder.path}/data` }, "demo");
  const client = new GeminiCliClient(javascript);
  for (let n = 1; n <= 3; n++) {
    const { text, error } = await client.ask({
      op: "generate",
      pageSize: 0,
      stream: true,
      model: "gemini-3-flash-preview",
      prompt: `${n}: please call list_directory`,
      baseUrl: gateway.url,
      apiKey: "any",
    });
    assert.equal(error, undefined, JSON.stringify(error));
    assert.match(
      text,
      /^This answer is made up by an emulator in place of gemini-3-flash-preview\. The function list_directory answered \{"output":"Directory [^"]* is empty\."\}\.$/,
    );
  }
  // Of each conversation's two requests to the account with the small quota, the second moves on.
  await gateway.printed(/streamGenerateContent gemini-3-flash-preview: 200, 2 attempts; home: /);
});
