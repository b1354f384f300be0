import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { accessToken, callInternal, envelope, HELLO } from "../calls.ts";

const METADATA = {
  ideType: "IDE_UNSPECIFIED",
  platform: "PLATFORM_UNSPECIFIED",
  pluginType: "GEMINI",
};
const LOAD = { method: "loadCodeAssist", body: { metadata: METADATA } };

Deno.test("loadCodeAssist gives the tier and the project", async () => {
  await using emulator = await startEmulator();
  const token = await accessToken(emulator.addUser("a", { tier: "standard-tier", project: "p-1" }));
  const answer = await (await callInternal(emulator, token, LOAD)).json();
  assert.equal(answer.currentTier.id, "standard-tier");
  assert.equal(answer.cloudaicompanionProject, "p-1");
  assert.equal(answer.ineligibleTiers, undefined);
});

Deno.test("loadCodeAssist gives the caller's project where Google manages none", async () => {
  await using emulator = await startEmulator();
  const token = await accessToken(emulator.addUser("a", { project: null }));
  const none = await (await callInternal(emulator, token, LOAD)).json();
  assert.equal("cloudaicompanionProject" in none, false);
  const body = { cloudaicompanionProject: "mine", metadata: METADATA };
  const mine = await (await callInternal(emulator, token, { ...LOAD, body })).json();
  assert.equal(mine.cloudaicompanionProject, "mine");
  const call = { method: "generateContent", body: { ...envelope(), project: "mine" } };
  assert.equal((await (await callInternal(emulator, token, call)).json()).error, undefined);
});

Deno.test("loadCodeAssist refuses an ineligible user in Google's words, and so do calls", async () => {
  await using emulator = await startEmulator();
  const token = await accessToken(emulator.addUser("a", { ineligible: true }));
  const answer = await (await callInternal(emulator, token, LOAD)).json();
  assert.equal("currentTier" in answer, false);
  assert.equal(answer.ineligibleTiers[0].reasonCode, "UNSUPPORTED_CLIENT");
  assert.match(answer.ineligibleTiers[0].reasonMessage, /^This client is no longer supported/);
  const call = { method: "generateContent", body: envelope() };
  const refused = await callInternal(emulator, token, call);
  assert.equal(refused.status, 403);
  assert.equal((await refused.json()).error.message, "The caller does not have permission");
});

Deno.test("countTokens gives a bare count", async () => {
  await using emulator = await startEmulator();
  const token = await accessToken(emulator.addUser("a"));
  const body = { request: { model: "models/gemini-2.5-pro", ...HELLO } };
  const response = await callInternal(emulator, token, { method: "countTokens", body });
  assert.deepEqual(await response.json(), { totalTokens: 2 });
});

Deno.test("fetchAvailableModels gives the catalogue with quotas, for the right project only", async () => {
  await using emulator = await startEmulator({ clock: { now: () => 0 } });
  const token = await accessToken(emulator.addUser("a"));
  const method = "fetchAvailableModels";
  const body = { project: "emulated-project-1" };
  const { models } = await (await callInternal(emulator, token, { method, body })).json();
  assert.equal(models["gemini-3-flash-preview"].maxTokens, 1_048_576);
  assert.deepEqual(models["gemini-2.5-pro"].quotaInfo, {
    remainingFraction: 1,
    resetTime: "1970-01-01T05:00:00.000Z",
  });
  const refused = await callInternal(emulator, token, { method, body: { project: "x" } });
  assert.equal(refused.status, 403);
  await refused.body?.cancel();
});

Deno.test("The quota calls count what was called, for the right project only", async () => {
  await using emulator = await startEmulator({ clock: { now: () => 0 } });
  const token = await accessToken(emulator.addUser("a", { requestsPerDay: 2 }));
  const body = { project: "emulated-project-1" };
  for (const left of [1, 0]) {
    const call = { method: "generateContent", body: envelope() };
    await (await callInternal(emulator, token, call)).body?.cancel();
    const method = "retrieveUserQuota";
    const { buckets } = await (await callInternal(emulator, token, { method, body })).json();
    assert.deepEqual(
      buckets.find(({ modelId }: { modelId: string }) => modelId === "gemini-2.5-flash"),
      {
        remainingAmount: String(left),
        ...(left === 0 ? {} : { remainingFraction: 0.5 }),
        resetTime: "1970-01-02T00:00:00.000Z",
        tokenType: "REQUESTS",
        modelId: "gemini-2.5-flash",
      },
    );
  }
  const method = "retrieveUserQuotaSummary";
  const { groups } = await (await callInternal(emulator, token, { method, body })).json();
  const [short] = groups[0].buckets;
  assert.deepEqual([short.bucketId, short.window, short.remainingFraction], [
    "gemini-5h",
    "5h",
    0.5,
  ]);
  const refused = await callInternal(emulator, token, { method, body: { project: "x" } });
  assert.equal(refused.status, 403);
  await refused.body?.cancel();
});

Deno.test("v1internal takes access tokens only", async (t) => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("key");
  const cases: readonly [string, Record<string, string>, string][] = [
    ["nothing", {}, "CREDENTIALS_MISSING"],
    ["an API key", { "x-goog-api-key": key }, "CREDENTIALS_MISSING"],
    ["an unknown token", { authorization: "Bearer no" }, "ACCESS_TOKEN_EXPIRED"],
  ];
  for (const [name, headers, reason] of cases) {
    await t.step(name, async () => {
      const url = `${emulator.url}/v1internal:loadCodeAssist`;
      const response = await fetch(url, { method: "POST", headers, body: "{}" });
      const { error } = await response.json();
      assert.deepEqual([response.status, error.status], [401, "UNAUTHENTICATED"]);
      assert.equal(error.details[0].reason, reason);
      assert.equal(error.details[0].metadata.service, "cloudcode-pa.googleapis.com");
    });
  }
});
