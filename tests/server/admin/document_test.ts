/** The calls in docs/admin-api.md, as a user pastes them. @module */
import assert from "node:assert/strict";
import { ADMIN_KEY, startAdminGateway } from "../../support/admin_gateway.ts";
import { keepPrinted } from "../../support/keep_printed.ts";
import { leaveOut } from "../../support/left_out.ts";
import { blocksFor, DEFAULT_URL } from "../../conformance/documents/shown_blocks.ts";

Deno.test("Every call of the admin API in the documents works as it stands there", async (t) => {
  const hasCurl = await new Deno.Command("curl", { args: ["--version"], stdout: "null" }).output()
    .then(({ success }) => success, () => false);
  if (!hasCurl) return leaveOut(t.name, { reason: "no curl on the PATH" });
  await using gateway = await startAdminGateway({ accounts: [] });
  const commands = blocksFor("admin").flatMap(({ text }) => text.split(/\n{2,}/));
  assert.ok(commands.length >= 10);
  for (const command of commands) {
    const { success, stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", command.replaceAll(DEFAULT_URL, gateway.url)],
      env: { POLLUX_ADMIN_KEY: ADMIN_KEY, NO_PROXY: "127.0.0.1" },
    }).output();
    const output = new TextDecoder().decode(stdout);
    keepPrinted(output);
    assert.ok(success, `${command}\n${output}${new TextDecoder().decode(stderr)}`);
    if (!command.includes("-X DELETE")) JSON.parse(output);
  }
});
