/** Live sessions through the gateway. @module */
import assert from "node:assert/strict";
import { startTestGateway } from "../../support/gateway.ts";
import { LIVE_PATH, LiveClient } from "../../support/live_client.ts";
import { startLiveServer } from "../../support/live_server.ts";

const SETUP = { setup: { model: "models/gemini-live", generationConfig: {} } };

Deno.test("A session is set up, and passes messages of both kinds on unchanged", async () => {
  await using server = startLiveServer();
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", key: "planted-key-1", baseUrls: [server.url] }],
  });
  await using client = new LiveClient(`${gateway.url}/${LIVE_PATH}`);
  await client.send(SETUP);
  assert.equal(await client.nextFrame(), '{"setupComplete":{}}');
  const text = '{"clientContent": {"turns":[],  "turnComplete":true}, "unknown": "\\u0041ü"}';
  await client.send(text);
  assert.equal(await client.nextFrame(), text);
  const bytes = new Uint8Array([0, 255, 1, 2]);
  await client.send(bytes);
  assert.deepEqual(await client.nextFrame(), bytes.buffer);
  const [session] = server.sessions;
  assert.equal(
    session?.target,
    "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent",
  );
  assert.equal(session.headers.get("x-goog-api-key"), "planted-key-1");
  assert.equal(session.headers.get("authorization"), null);
  assert.match(session.headers.get("user-agent") ?? "", /pollux/i);
  assert.equal(session.frames[0], JSON.stringify(SETUP));
  client.close(3001, "enough");
  assert.deepEqual(await session.closed, { code: 3001, reason: "enough" });
  const call = await gateway.waitForCall();
  assert.equal(call.method, "bidiGenerateContent");
  assert.equal(call.model, "gemini-live");
  assert.equal(call.account, "one");
  assert.equal(call.status, 101);
  assert.equal(call.failure, "");
  assert.equal(gateway.gateway.callCount, 0);
});
