/** How many tokens a key may use, and how much it may spend. @module */
import assert from "node:assert/strict";
import type { KeyLimits } from "../../../src/keys/client_key.ts";
import type { CostOf } from "../../../src/keys/limits/limited_call.ts";
import { within } from "../../support/deadline.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { limitedKeys, withKey } from "../../support/limited_keys.ts";

const PATH = "/v1beta/models/gemini-2.5-flash:generateContent";

/** Longest wait, in ms. */
const LIMIT_MS = 30_000;

/** A response that counts these tokens. */
function counted(prompt: number, thoughts: number, candidates: number) {
  return {
    type: "ok" as const,
    events: [{
      candidates: [{
        index: 0,
        content: { role: "model", parts: [{ text: "Hi" }] },
        finishReason: "STOP",
      }],
      usageMetadata: {
        promptTokenCount: prompt,
        thoughtsTokenCount: thoughts,
        candidatesTokenCount: candidates,
        totalTokenCount: prompt + thoughts + candidates,
      },
    }],
  };
}

async function startLimited(limits: KeyLimits, costOf?: CostOf) {
  const clock = new FakeClock();
  const gateway = await startEmulatedGateway({
    clock,
    clientKeys: limitedKeys({ anna: { limits } }),
    ...(costOf === undefined ? {} : { costOf }),
  });
  const send = async ({ text = "Hi", path = PATH }: { text?: string; path?: string } = {}) => {
    const response = await fetch(gateway.url + path, {
      method: "POST",
      body: JSON.stringify({ contents: [{ parts: [{ text }] }] }),
      headers: withKey("anna"),
    });
    const body = await response.text();
    const details = response.ok ? [] : JSON.parse(body).error.details ?? [];
    return {
      status: response.status,
      left: response.headers.get("x-ratelimit-remaining-tokens"),
      requestsLeft: response.headers.get("x-ratelimit-remaining-requests"),
      retryDelay: details.find((detail: { retryDelay?: string }) => detail.retryDelay)?.retryDelay,
      quotaId: details.find((detail: { violations?: unknown }) => detail.violations)
        ?.violations[0].quotaId,
    };
  };
  return { clock, gateway, send, [Symbol.asyncDispose]: () => gateway.close() };
}

Deno.test("Tokens per minute are what Google counted, thoughts included, and free again later", async () => {
  await using limited = await startLimited({ tokensPerMinute: 1000 });
  const { clock, send, gateway } = limited;
  gateway.emulator.script("one", [counted(100, 50, 150), counted(300, 0, 100), counted(1, 1, 1)]);
  assert.equal((await send()).status, 200);
  clock.advance(20_000);
  assert.equal((await send()).status, 200);
  // 300 are left: a call reserves 256 and its prompt.
  const refused = await send({ text: "x".repeat(400) });
  assert.equal(refused.status, 429);
  assert.equal(refused.left, "300");
  assert.equal(refused.quotaId, "PolluxTokensPerMinutePerKey");
  // The 300 tokens of the first call count until a minute after their second.
  assert.equal(refused.retryDelay, "41s");
  clock.advance(40_999);
  assert.equal((await send({ text: "x".repeat(400) })).status, 429);
  clock.advance(1);
  assert.equal((await send({ text: "x".repeat(400) })).status, 200);
});

Deno.test("A response says what is left after its own call, whether it succeeded or failed", async () => {
  await using limited = await startLimited({ tokensPerDay: 1000 });
  const { send, gateway } = limited;
  gateway.emulator.script("one", [counted(10, 5, 5), "404"]);
  const { status, left } = await send();
  assert.deepEqual([status, left], [200, "980"]);
  const failed = await send();
  assert.deepEqual([failed.status, failed.left], [404, "980"]);
});

Deno.test("Tokens are reserved before the call, so that calls in flight cannot exceed a limit together", async () => {
  await using limited = await startLimited({ tokensPerDay: 1000, requestsPerMinute: 100 });
  const { gateway, send } = limited;
  gateway.emulator.script("one", Array.from({ length: 10 }, () => "hang" as const));
  const calls = Array.from({ length: 10 }, () => send());
  // Three times 257 fit into 1000. The others are refused at once.
  const first = await within(LIMIT_MS, Promise.race(calls), { what: "A refused call" });
  assert.deepEqual([first.status, first.quotaId, first.retryDelay], [
    429,
    // Not "PerDay": when a call has ended, tokens may be left.
    "PolluxReservedTokensPerKey",
    "1s",
  ]);
  const { emulator } = gateway;
  const third = emulator.waitForRequest(() => emulator.requests.length >= 3);
  await within(LIMIT_MS, third, { what: "The third request" });
  emulator.release();
  const statuses = (await Promise.all(calls)).map(({ status }) => status);
  assert.deepEqual([
    statuses.filter((status) => status === 200).length,
    statuses.filter((status) => status === 429).length,
  ], [3, 7]);
  // The refused calls were not counted.
  const { headers, body } = await fetch(`${gateway.url}/v1beta/models`, {
    headers: withKey("anna"),
  });
  await body?.cancel();
  assert.equal(headers.get("x-ratelimit-remaining-requests"), "96");
});

Deno.test("A refused call is not counted: neither its request nor its tokens", async (t) => {
  for (const unit of ["tokensPerMinute", "tokensPerDay", "tokensPerMonth"] as const) {
    await t.step(unit, async () => {
      // Without a limit per minute, the headers show the count of the day.
      await using limited = await startLimited({ [unit]: 1000, requestsPerDay: 100 });
      const { gateway, send } = limited;
      gateway.emulator.script("one", [counted(500, 0, 400), counted(1, 0, 1)]);
      assert.equal((await send()).requestsLeft, "99");
      for (let nth = 0; nth < 3; nth++) {
        const { status, left, requestsLeft } = await send();
        assert.deepEqual([status, left, requestsLeft], [429, "100", "99"]);
      }
      const { headers, body } = await fetch(`${gateway.url}/v1beta/models`, {
        headers: withKey("anna"),
      });
      await body?.cancel();
      assert.equal(headers.get("x-ratelimit-remaining-requests"), "98");
      assert.equal(headers.get("x-ratelimit-remaining-tokens"), "100");
    });
  }
});

Deno.test("The output of the model's last call is reserved, and what a failed call reserved is free", async () => {
  await using limited = await startLimited({ tokensPerDay: 2500 });
  const { gateway, send } = limited;
  gateway.emulator.script("one", [counted(1, 0, 1299), "404", counted(1, 0, 1)]);
  assert.equal((await send()).status, 200);
  // 1,200 are left, and the model wrote 1,299.
  assert.equal((await send()).status, 429);
  const other = PATH.replace("2.5-flash", "2.5-pro");
  assert.equal((await send({ path: other })).status, 404);
  assert.equal((await send({ path: other })).left, "1198");
});

Deno.test("An image is not taken for as many tokens as its base64 has characters", async () => {
  await using limited = await startLimited({ tokensPerDay: 2000 });
  const { gateway } = limited;
  for (let nth = 0; nth < 2; nth++) {
    const data = "A".repeat(400_000);
    const parts = [{ inlineData: { mimeType: "image/png", data } }, { text: "Hi" }];
    const response = await fetch(gateway.url + PATH, {
      method: "POST",
      body: JSON.stringify({ contents: [{ parts }] }),
      headers: withKey("anna"),
    });
    await response.body?.cancel();
    assert.equal(response.status, 200);
  }
});

Deno.test("A call that is larger than a whole limit may be made while nothing of it is used", async () => {
  await using limited = await startLimited({ tokensPerDay: 100 });
  const { gateway, send } = limited;
  gateway.emulator.script("one", [counted(10, 0, 10)]);
  assert.equal((await send()).status, 200);
  assert.equal((await send()).status, 429);
});

Deno.test("Tokens per month end with the UTC month", async () => {
  await using limited = await startLimited({ tokensPerMonth: 1000 });
  const { clock, gateway, send } = limited;
  gateway.emulator.script("one", [counted(500, 0, 400)]);
  clock.advance(30 * 86_400_000);
  assert.equal((await send()).status, 200);
  const refused = await send();
  assert.equal(refused.quotaId, "PolluxTokensPerMonthPerKey");
  assert.equal(refused.retryDelay, "86400s");
  clock.advance(86_400_000);
  assert.equal((await send()).status, 200);
});

Deno.test("With prices.unknown: refuse, a key with a budget cannot use a model without a known price", async () => {
  const known = "gemini-2.5-flash";
  await using gateway = await startEmulatedGateway({
    settings: { prices: { unknown: "refuse" }, aliases: { mine: "gemini-2.5-pro" } },
    clientKeys: limitedKeys({
      anna: { limits: { budget: { microUsd: 1_000_000, per: "month" } } },
      bert: { limits: { tokensPerDay: 1_000_000 } },
    }),
    costOf: (model) => model === known ? 1 : undefined,
  });
  async function status(key: string, path: string): Promise<readonly [number, string?]> {
    const response = await fetch(`${gateway.url}/v1beta/${path}`, {
      method: "POST",
      body: JSON.stringify({ contents: [{ parts: [{ text: "Hi" }] }] }),
      headers: withKey(key),
    });
    const text = await response.text();
    return response.ok ? [200] : [response.status, JSON.parse(text).error.message];
  }
  const refused = [
    403,
    'The key "anna" has a budget, and the price of the model "gemini-2.5-pro" is not known. Ask the ' +
    "administrator of this gateway to add the price to prices.models",
  ];
  assert.deepEqual(await status("anna", `models/${known}:generateContent`), [200]);
  for (const model of ["gemini-2.5-pro", "mine"]) {
    for (const method of ["generateContent", "streamGenerateContent"]) {
      assert.deepEqual(await status("anna", `models/${model}:${method}`), refused);
    }
    // It costs nothing.
    assert.deepEqual(await status("anna", `models/${model}:countTokens`), [200]);
  }
  assert.deepEqual(await status("bert", "models/gemini-2.5-pro:generateContent"), [200]);
  gateway.apply({ prices: { unknown: "allow" } });
  assert.deepEqual(await status("anna", "models/gemini-2.5-pro:generateContent"), [200]);
});

Deno.test("A budget is spent by the prices of the models", async () => {
  const costOf: CostOf = (model, { prompt, candidates }) =>
    model === "gemini-2.5-flash" ? prompt + 10 * candidates : undefined;
  const budget = { microUsd: 10_000, per: "day" } as const;
  await using limited = await startLimited({ budget }, costOf);
  const { clock, gateway, send } = limited;
  gateway.emulator.script("one", [counted(1000, 0, 800), counted(1, 0, 1), counted(1, 0, 1)]);
  assert.equal((await send()).status, 200);
  const refused = await send();
  assert.equal(refused.status, 429);
  assert.equal(refused.quotaId, "PolluxBudgetPerDayPerKey");
  assert.equal(refused.retryDelay, "86400s");
  // A model without a price does not use it up.
  assert.equal((await send({ path: PATH.replace("2.5-flash", "2.5-pro") })).status, 200);
  clock.advance(86_400_000);
  assert.equal((await send()).status, 200);
});
