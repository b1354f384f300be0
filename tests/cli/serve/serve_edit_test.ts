/** `pollux accounts edit` beside `pollux serve`, as two processes. @module */
import assert from "node:assert/strict";
import { AccountBook } from "../../../src/accounts/account_book.ts";
import { parseAnyCredentialsFile } from "../../../src/accounts/credentials/credentials_file.ts";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { type Gateway, runPollux, startGateway } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { within } from "../../support/deadline.ts";
import { call } from "../../support/gemini_call.ts";
import { startHttpProxy } from "../../support/proxy_server.ts";
import { RESPONSE, scriptedStream, startTestUpstream } from "../../support/test_upstream.ts";

/** Far more than the two seconds that are promised: a busy machine must not fail the test. */
const LIMIT_MS = 30_000;

/** Calls until a response comes from an account of that name. */
async function respondFrom(gateway: Gateway, name: string): Promise<void> {
  while (true) {
    const response = await call(gateway.url);
    assert.equal(response.status, 200, await response.text());
    if (response.headers.get("x-pollux-account") === name) return;
  }
}

Deno.test("An edit reaches a running gateway by itself, and a stream in flight goes on as it began", async () => {
  using folder = tempFolder();
  const stream = scriptedStream();
  await using google = startTestUpstream(({ url }) =>
    url.includes(":stream") ? stream.response : Response.json(RESPONSE)
  );
  await using before = startHttpProxy();
  await using after = startHttpProxy();
  const options = {
    dataDir: `${folder.path}/data`,
    env: { KEY: "planted-key", NO_PROXY: "", no_proxy: "" },
  };
  async function accounts(...words: readonly string[]): Promise<void> {
    const { code, stderr } = await runPollux(["accounts", ...words], options);
    assert.equal(code, 0, stderr);
  }
  await accounts("add", "gemini-api", "old", "--key-env", "KEY", "--base-url", google.url);
  await accounts("edit", "old", "--proxy", `http://127.0.0.1:${before.port}`);
  await using gateway = await startGateway(options);
  stream.write(`data: ${JSON.stringify(RESPONSE)}\r\n\r\n`);
  const begun = await call(gateway.url, { method: "streamGenerateContent", query: "?alt=sse" });
  assert.equal(begun.status, 200);

  await accounts("edit", "old", "--name", "new", "--proxy", `http://127.0.0.1:${after.port}`);
  await within(LIMIT_MS, respondFrom(gateway, "new"), { what: "An answer under the new name" });
  assert.ok(after.asked.length > 0, "The new proxy was asked nothing");
  stream.write(`data: ${JSON.stringify(RESPONSE)}\r\n\r\n`);
  stream.end();
  const events = (await begun.text()).trim().split("\n\n");
  assert.deepEqual(events.map((event) => JSON.parse(event.slice(6))), [RESPONSE, RESPONSE]);
});

Deno.test("serve leaves out an account of Vertex AI that has no place, says so, and takes it once it has one", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data`, env: { KEY: emulator.addApiKey("good") } };
  async function accounts(...words: readonly string[]): Promise<void> {
    const { code, stderr } = await runPollux(["accounts", ...words], options);
    assert.equal(code, 0, stderr);
  }
  const key = emulator.addServiceAccount("lost", { project: "p-1" });
  await accounts("add", "gemini-api", "good", "--key-env", "KEY", "--base-url", emulator.url);
  {
    using store = await openStore(options);
    await new AccountBook(store.accounts, Date).add({
      name: "lost",
      kind: "vertex",
      baseUrls: [emulator.url],
      credential: parseAnyCredentialsFile(JSON.stringify(key)),
    });
  }
  await using gateway = await startGateway(options);
  await respondFrom(gateway, "good");
  await accounts("edit", "lost", "--project", "p-1", "--location", "global");
  await accounts("disable", "good");
  await within(LIMIT_MS, respondFrom(gateway, "lost"), { what: "An answer of the mended account" });
  gateway.signal("SIGTERM");
  const { stdout, stderr } = await gateway.ended;
  assert.match(stdout, /It serves requests through 1 account$/m);
  assert.match(stderr, /An account is skipped.*lost.*needs a project and a location/);
});
