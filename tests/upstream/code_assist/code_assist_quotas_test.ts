/** What Code Assist's quota calls say, as statements. @module */
import assert from "node:assert/strict";
import {
  quotasOfCatalogue,
  quotasOfSummary,
  quotasOfUser,
} from "../../../src/upstream/code_assist/code_assist_quotas.ts";

const NOW_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

function inHours(hours: number): string {
  return new Date(NOW_MS + hours * HOUR_MS).toISOString();
}

Deno.test("quotasOfUser() reads buckets, their limit from what is left, and a missing fraction as 0", () => {
  const common = { tokenType: "REQUESTS", resetTime: inHours(10) };
  const buckets = [
    { ...common, modelId: "m", remainingAmount: "30", remainingFraction: 0.3 },
    { ...common, modelId: "n" },
    { ...common, modelId: "w", remainingFraction: 1, resetTime: inHours(100) },
  ];
  const resetsAtMs = NOW_MS + 10 * HOUR_MS;
  const day = { window: "day", unit: "requests", resetsAtMs };
  assert.deepEqual(quotasOfUser({ buckets }, NOW_MS), [
    { ...day, model: "m", leftFraction: 0.3, limit: 100 },
    { ...day, model: "n", leftFraction: 0 },
    { ...day, model: "w", window: "week", leftFraction: 1, resetsAtMs: NOW_MS + 100 * HOUR_MS },
  ]);
});

Deno.test("quotasOfSummary() reads the windows that a family of models shares", () => {
  const bucket = { remainingFraction: 0.5, resetTime: inHours(3) };
  const buckets = [
    { ...bucket, bucketId: "gemini-5h", window: "5h" },
    { ...bucket, bucketId: "gemini-weekly", window: "weekly" },
    { ...bucket, bucketId: "gemini-x", window: "unknown" },
  ];
  const shared = { model: "gemini-*", unit: "requests", leftFraction: 0.5 };
  const resetsAtMs = NOW_MS + 3 * HOUR_MS;
  assert.deepEqual(quotasOfSummary({ groups: [{ buckets }] }, NOW_MS), [
    { ...shared, window: "5h", resetsAtMs },
    { ...shared, window: "week", resetsAtMs },
  ]);
});

Deno.test("quotasOfCatalogue() reads the quota of each model", () => {
  const quotaInfo = { remainingFraction: 0.25, resetTime: inHours(4) };
  assert.deepEqual(quotasOfCatalogue({ models: { m: { quotaInfo }, n: {} } }, NOW_MS), [{
    model: "m",
    window: "5h",
    unit: "requests",
    leftFraction: 0.25,
    resetsAtMs: NOW_MS + 4 * HOUR_MS,
  }]);
});

Deno.test("Responses of another form state no quotas", () => {
  for (const odd of [undefined, null, 3, "x", [], {}, { buckets: 1, groups: {}, models: [] }]) {
    assert.deepEqual(quotasOfUser(odd, NOW_MS), []);
    assert.deepEqual(quotasOfSummary(odd, NOW_MS), []);
    assert.deepEqual(quotasOfCatalogue(odd, NOW_MS), []);
  }
  const buckets = [null, 1, { modelId: 3 }, {
    modelId: "m",
    resetTime: "soon",
    remainingFraction: 7,
  }];
  assert.deepEqual(quotasOfUser({ buckets }, NOW_MS), [
    { model: "m", window: "day", unit: "requests", leftFraction: 1 },
  ]);
});

Deno.test("Amounts and times that cannot be are left out of a quota", () => {
  const bucket = { modelId: "m", tokenType: "REQUESTS", remainingFraction: 0.5 };
  const quota = { model: "m", window: "day", unit: "requests", leftFraction: 0.5 };
  for (const remainingAmount of [1e308, -5, 0.4, "1e9", "9".repeat(400), {}, null]) {
    assert.deepEqual(quotasOfUser({ buckets: [{ ...bucket, remainingAmount }] }, NOW_MS), [quota]);
  }
  for (const resetTime of ["+275760-09-13T00:00:00Z", inHours(9000), inHours(-1), "soon", 5, {}]) {
    assert.deepEqual(quotasOfUser({ buckets: [{ ...bucket, resetTime }] }, NOW_MS), [quota]);
  }
});
