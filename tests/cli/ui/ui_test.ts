/** `pollux ui`: the address that it prints, and what that opens. @module */
import assert from "node:assert/strict";
import { runAs } from "../../support/fake_terminal.ts";
import { postSignIn } from "../../support/page_client.ts";
import { startGateway } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";

/** It is not a planted one: the gateway keeps it in gateway.json, for the commands of its machine. */
const ADMIN_KEY = "lasting-admin-key-of-a-test";

async function statusOf(response: Promise<Response>): Promise<number> {
  const { status, body } = await response;
  await body?.cancel();
  return status;
}

Deno.test("pollux ui prints an address of admin.listen, whose code opens the page once", async () => {
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  const none = await runAs({}, ["ui", "--data-dir", dataDir]);
  assert.equal(none.code, 3);
  assert.match(none.err, /No gateway runs on the data folder/);
  await using gateway = await startGateway({
    dataDir,
    env: { POLLUX_ADMIN_LISTEN: "127.0.0.1:0", POLLUX_ADMIN_KEY: ADMIN_KEY },
  });
  const { code, out } = await runAs({}, ["ui", "--data-dir", dataDir]);
  assert.equal(code, 0);
  const [, url = "", text = ""] = /^(http:\/\/127\.0\.0\.1:\d+)\/ui\/#([\w-]{32})$/.exec(out) ??
    assert.fail(out);
  assert.notEqual(url, gateway.url);
  assert.equal(await statusOf(postSignIn(url, { code: text })), 200);
  assert.equal(await statusOf(postSignIn(url, { code: text })), 401);
  assert.equal(await statusOf(postSignIn(url, { key: ADMIN_KEY })), 200);
  for (const path of ["/ui/", "/healthz"]) assert.equal(await statusOf(fetch(url + path)), 200);
  assert.equal(await statusOf(fetch(`${url}/v1beta/models`)), 404);
  // The main address serves the page as well.
  assert.equal(await statusOf(postSignIn(gateway.url, { key: ADMIN_KEY })), 200);
});
