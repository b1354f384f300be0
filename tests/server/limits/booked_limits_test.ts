/** What batches use of a key's limits. @module */
import assert from "node:assert/strict";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { limitedKeys, withKey } from "../../support/limited_keys.ts";

const PROMPT = { contents: [{ role: "user", parts: [{ text: "One" }] }] };
const LIMIT = 100_000;

Deno.test("A batch uses up its key's tokens once, when a response reports its usage", async () => {
  await using gateway = await startEmulatedGateway({
    clientKeys: limitedKeys({ anna: { limits: { tokensPerDay: LIMIT } } }),
  });
  const { emulator, url } = gateway;
  async function ask(path: string, body?: unknown) {
    const response = await fetch(`${url}/v1beta/${path}`, {
      headers: withKey("anna"),
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    assert.equal(response.status, 200);
    const left = Number(response.headers.get("x-ratelimit-remaining-tokens"));
    return { json: await response.json(), left };
  }
  const requests = [{ request: PROMPT }, { request: PROMPT }];
  const { json: { name } } = await ask("models/gemini-2.5-flash:batchGenerateContent", {
    batch: { inputConfig: { requests: { requests } } },
  });
  assert.equal((await ask(name)).left, LIMIT);
  emulator.batches(emulator.projectOf("one")).end(name, "SUCCEEDED");
  const { json } = await ask(name);
  const used = json.response.inlinedResponses.inlinedResponses
    .map(({ response }: { response: { usageMetadata: { totalTokenCount: number } } }) =>
      response.usageMetadata.totalTokenCount
    )
    .reduce((sum: number, count: number) => sum + count, 0);
  assert.ok(used > 0);
  for (let nth = 0; nth < 2; nth++) assert.equal((await ask(name)).left, LIMIT - used);
});
