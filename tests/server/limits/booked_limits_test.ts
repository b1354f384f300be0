/** What batches and interactions in the background use of a key's limits. @module */
import assert from "node:assert/strict";
import type { Booking } from "../../../src/server/call/call_observer.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { limitedKeys, withKey } from "../../support/limited_keys.ts";

const PROMPT = { contents: [{ role: "user", parts: [{ text: "One" }] }] };
const LIMIT = 100_000;
const MODEL = "gemini-2.5-flash";

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
  const { json: { name } } = await ask(`models/${MODEL}:batchGenerateContent`, {
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

Deno.test("A batch spends a budget at the price of batches, and an interaction at the full price", async () => {
  await using gateway = await startEmulatedGateway({
    clientKeys: limitedKeys({
      anna: { limits: { budget: { microUsd: 1_000_000, per: "month" } } },
    }),
    costOf: (model, { total }, method) =>
      model === MODEL ? total * (method === "batchGenerateContent" ? 100 : 200) : undefined,
  });
  const { emulator, url } = gateway;
  let spent = 0;
  /** Checks that the budget has so much less, in millionths of a dollar, before the call is counted. */
  async function ask(path: string, body?: unknown) {
    const response = await fetch(`${url}/v1beta/${path}`, {
      headers: { ...withKey("anna"), "content-type": "application/json" },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    assert.equal(response.status, 200);
    const left = Number(response.headers.get("x-ratelimit-remaining-usd"));
    return { json: await response.json(), spent: Math.round((1 - left) * 1_000_000) };
  }
  const { json: { name } } = await ask(`models/${MODEL}:batchGenerateContent`, {
    batch: { inputConfig: { requests: { requests: [{ request: PROMPT }] } } },
  });
  emulator.batches(emulator.projectOf("one")).end(name, "SUCCEEDED");
  const { json: { response } } = await ask(name);
  const [{ response: { usageMetadata } }] = response.inlinedResponses.inlinedResponses;
  spent += usageMetadata.totalTokenCount * 100;
  for (let nth = 0; nth < 2; nth++) assert.equal((await ask(name)).spent, spent);
  const made = await ask("interactions", { model: MODEL, input: "One", background: true });
  let shown = await ask(`interactions/${made.json.id}`);
  for (let nth = 0; nth < 4; nth++) shown = await ask(`interactions/${made.json.id}`);
  assert.equal(shown.json.status, "completed");
  spent += shown.json.usage.total_tokens * 200;
  assert.equal(shown.spent, spent);
});

const AGENT = "antigravity-preview-09-2026";

/** A trigger that runs an agent. */
const TRIGGER = {
  schedule: "0 9 * * *",
  time_zone: "UTC",
  interaction: { agent: AGENT, input: "One", environment: "remote" },
};

Deno.test("What a trigger runs uses up its key's tokens once, when the interaction is read", async () => {
  const booked: Booking[] = [];
  await using gateway = await startEmulatedGateway({
    settings: { prices: { unknown: "refuse" } },
    observers: [{ booked: (booking) => void booked.push(booking) }],
    clientKeys: limitedKeys({
      anna: { limits: { tokensPerDay: 3000 }, allow: [MODEL, AGENT] },
      bert: { limits: { budget: { microUsd: 1_000_000, per: "month" } } },
    }),
    costOf: (model, { total }) => model === AGENT ? total : undefined,
  });
  async function ask(path: string, body?: unknown, name = "anna") {
    const response = await fetch(`${gateway.url}/v1beta/${path}`, {
      headers: withKey(name),
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    const left = Number(response.headers.get("x-ratelimit-remaining-tokens"));
    return { status: response.status, json: await response.json(), left };
  }
  const { json: { id } } = await ask("triggers", TRIGGER);
  const run = await ask(`triggers/${id}/executions`, {});
  assert.equal(run.status, 200);
  let shown = await ask(`interactions/${run.json.interaction_id}`);
  for (let nth = 0; nth < 5; nth++) shown = await ask(`interactions/${run.json.interaction_id}`);
  assert.equal(shown.json.status, "completed");
  const { total_tokens: total } = shown.json.usage;
  assert.ok(total > 0);
  assert.equal(shown.left, 3000 - total);
  assert.deepEqual(
    booked.map((
      { callerId, model, called, method, usage, settles },
    ) => [callerId, model, called, method, usage?.total, settles]),
    [["key_anna", AGENT, "", "triggerExecutions.create", total, true]],
  );
  // Fewer tokens are left than the least estimate.
  while ((await ask(`triggers/${id}`)).left >= 256) {
    await ask(`models/${MODEL}:generateContent`, PROMPT);
  }
  const refused = await ask(`triggers/${id}/executions`, {});
  assert.equal(refused.status, 429);
  // The price of a run is not known before it.
  const { json: { id: other } } = await ask("triggers", TRIGGER, "bert");
  const unpriced = await ask(`triggers/${other}/executions`, {}, "bert");
  assert.equal(unpriced.status, 403);
  assert.match(JSON.stringify(unpriced.json), /does not say which model/);
});
