/** Live sessions with accounts of Vertex AI, with its form of paths and names, and with aliases. @module */
import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { LIVE_PATH, LiveClient, textOfTurn } from "../../support/live_client.ts";

const VERTEX_PATH = "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent";
const MODEL = "gemini-live-2.5-flash";
const SPOKEN = {
  generationConfig: { responseModalities: ["AUDIO"] },
  outputAudioTranscription: {},
};

Deno.test("a Vertex AI account serves both forms of path and of names", async (t) => {
  await using gateway = await startEmulatedGateway({ accounts: { one: "vertex" } });
  for (const path of [LIVE_PATH, VERTEX_PATH]) {
    for (
      const model of [
        MODEL,
        `models/${MODEL}`,
        `publishers/google/models/${MODEL}`,
        `projects/other/locations/europe-west1/publishers/google/models/${MODEL}`,
      ]
    ) {
      await t.step(`${path} ${model}`, async () => {
        await using client = new LiveClient(gateway.url + path);
        const ready = await client.setUp({ ...SPOKEN, model });
        assert.ok("setupComplete" in ready);
        assert.match(textOfTurn(await client.say("Hello")), /./);
      });
    }
  }
  const { headers, path } = gateway.emulator.requests.find(({ path }) => path.startsWith("/ws/")) ??
    assert.fail();
  assert.equal(path, VERTEX_PATH);
  assert.match(headers.get("authorization") ?? "", /^Bearer /);
});

Deno.test("an account of the Gemini API serves Vertex AI's form", async () => {
  await using gateway = await startEmulatedGateway();
  await using client = new LiveClient(gateway.url + VERTEX_PATH);
  const model = "projects/p/locations/l/publishers/google/models/gemini-3.8-live";
  assert.deepEqual(await client.setUp({ model }), { setupComplete: {} });
});

Deno.test("a model's alias is resolved, and all other bytes of the setup are kept", async () => {
  await using gateway = await startEmulatedGateway({
    settings: { aliases: { "talk*": "gemini-3.8-live" } },
  });
  await using client = new LiveClient(gateway.url + LIVE_PATH);
  await client.send('{ "setup" : {"model":"models/talky",  "generationConfig":{ } } }');
  await client.next();
  assert.equal(
    gateway.emulator.requests[0]?.frames[0]?.text,
    '{ "setup" : {"model":"models/gemini-3.8-live",  "generationConfig":{ } } }',
  );
  client.close();
  assert.equal((await gateway.waitForCall()).model, "gemini-3.8-live");
});
