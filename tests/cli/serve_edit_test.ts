/** `pollux accounts edit` beside `pollux serve`, as two processes. @module */
import assert from "node:assert/strict";
import { type Gateway, runPollux, startGateway } from "../e2e/pollux_process.ts";
import { tempFolder } from "../store/temp_folder.ts";
import { within } from "../support/deadline.ts";
import { call } from "../support/gemini_call.ts";
import { startHttpProxy } from "../support/proxy_server.ts";
import { ANSWER, scriptedStream, startTestUpstream } from "../support/test_upstream.ts";

/** Far more than the two seconds that are promised: a busy machine must not fail the test. */
const LIMIT_MS = 30_000;

/** Calls until an answer comes from an account of that name. */
async function answerFrom(gateway: Gateway, name: string): Promise<void> {
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
    url.includes(":stream") ? stream.response : Response.json(ANSWER)
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
  stream.write(`data: ${JSON.stringify(ANSWER)}\r\n\r\n`);
  const begun = await call(gateway.url, { method: "streamGenerateContent", query: "?alt=sse" });
  assert.equal(begun.status, 200);

  await accounts("edit", "old", "--name", "new", "--proxy", `http://127.0.0.1:${after.port}`);
  await within(LIMIT_MS, answerFrom(gateway, "new"), { what: "An answer under the new name" });
  assert.ok(after.asked.length > 0, "The new proxy was asked nothing");
  stream.write(`data: ${JSON.stringify(ANSWER)}\r\n\r\n`);
  stream.end();
  const events = (await begun.text()).trim().split("\n\n");
  assert.deepEqual(events.map((event) => JSON.parse(event.slice(6))), [ANSWER, ANSWER]);
});
