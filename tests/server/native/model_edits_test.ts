/** The models that bodies name besides the call's own: an alias is resolved, and all other bytes are kept. @module */
import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";

const ALIASES = { mine: "gemini-2.5-flash", vectors: "gemini-embedding-001" };

const TRAINING = {
  tuningTask: { trainingData: { examples: { examples: [{ textInput: "1", output: "2" }] } } },
};

Deno.test("An alias in the body of a call that names no model otherwise is resolved", async (t) => {
  await using gateway = await startEmulatedGateway({ settings: { aliases: ALIASES } });
  const send = async (method: string, path: string, body: string) => {
    const response = await fetch(`${gateway.url}/v1beta/${path}`, { method, body });
    const json = await response.json();
    assert.equal(response.status, 200, JSON.stringify(json));
    return { json, sent: gateway.emulator.requests.at(-1)?.rawBody };
  };
  const requests = { requests: [{ request: { contents: [{ parts: [{ text: "One" }] }] } }] };
  const { json: batch } = await send(
    "POST",
    "models/mine:batchGenerateContent",
    JSON.stringify({ batch: { inputConfig: { requests } } }),
  );
  const update = `${batch.name}:updateGenerateContentBatch?updateMask=priority`;
  const flash = "models/gemini-2.5-flash";
  const cases = [
    ["PATCH", update, '{"model" : "models/mine", "priority":"7"}', ["models/mine", flash]],
    ["PATCH", update, '{"model":"mine","priority":"7"}', ["mine", "gemini-2.5-flash"]],
    ["PATCH", update, `{ "model":"${flash}","priority" :"7"}`, ["", ""]],
    [
      "POST",
      "tunedModels",
      JSON.stringify({ ...TRAINING, base_model: "models/mine" }),
      ["models/mine", flash],
    ],
    [
      "POST",
      "fileSearchStores",
      '{"displayName":"s","embeddingModel": "models/vectors"}',
      ["models/vectors", "models/gemini-embedding-001"],
    ],
  ] as const;
  for (const [method, path, body, [from, to]] of cases) {
    await t.step(`${method} ${body.slice(0, 60)}`, async () => {
      const { sent } = await send(method, path, body);
      assert.equal(sent, body.replace(from, to));
    });
  }
});
