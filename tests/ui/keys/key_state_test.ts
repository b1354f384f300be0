/**
 * What the page says about client keys.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  conditionOf,
  type KeyInfo,
  leftOf,
  type LimitStatus,
  matches,
  toneOf,
} from "../../../src/ui/client/keys/key_state.js";

const NOW = Date.parse("2026-01-01T00:00:00Z");

const MINUTE: LimitStatus = { unit: "requests", window: "minute", limit: 60, used: 12, left: 48 };

function key(more: Partial<KeyInfo> = {}): KeyInfo {
  return {
    id: "key_1",
    name: "ada",
    key: "plx_AbC…xyz",
    state: "valid",
    createdAt: "2025-12-01T00:00:00Z",
    labels: [],
    limits: {},
    allow: [],
    deny: [],
    accounts: [],
    ...more,
  };
}

Deno.test("conditionOf() tells every way a key can be", () => {
  const spent = { ...MINUTE, used: 60, left: 0 };
  const cases = [
    [key(), "valid", "good"],
    [key({ status: { callsInFlight: 0, limits: [MINUTE] } }), "valid", "good"],
    [key({ status: { callsInFlight: 0, limits: [MINUTE, spent] } }), "spent", "bad"],
    [key({ expiresAt: "2026-01-03T00:00:00Z" }), "expiring", "warn"],
    [key({ expiresAt: "2026-02-03T00:00:00Z" }), "valid", "good"],
    [key({ expiresAt: "2025-12-31T23:59:59Z" }), "expired", "idle"],
    [key({ state: "expired" }), "expired", "idle"],
    [key({ state: "disabled", status: { callsInFlight: 0, limits: [spent] } }), "disabled", "idle"],
  ] as const;
  for (const [info, condition, tone] of cases) {
    assert.equal(conditionOf(info, NOW), condition);
    assert.equal(toneOf(conditionOf(info, NOW)), tone);
  }
});

Deno.test("leftOf() has a part of each limit, and of the calls at once", () => {
  const leftAgainAt = "2026-01-01T00:00:20Z";
  const limits = [MINUTE, {
    ...MINUTE,
    unit: "usd",
    window: "month",
    limit: 20,
    used: 21,
    left: 0,
    leftAgainAt,
  }] as const;
  const left = leftOf(key({ status: { callsInFlight: 1, maxConcurrent: 4, limits } }));
  assert.deepEqual(
    left.map(({ what, leftFraction, left }) => [what, leftFraction, left]),
    [["requestsPerMinute", 0.8, 48], ["usdPerMonth", 0, 0], ["callsAtOnce", 0.75, 3]],
  );
  assert.equal(left[1]?.leftAgainAt, leftAgainAt);
});

Deno.test("leftOf() is empty for a key without limits or status, and has calls at once before it", () => {
  assert.deepEqual(leftOf(key()), []);
  assert.deepEqual(leftOf(key({ limits: { maxConcurrent: 2 } })).map(({ left }) => left), [2]);
});

Deno.test("matches() searches name, hint and labels", () => {
  const info = key({ labels: ["Team-A"] });
  for (const typed of ["AD", "plx_abc", "team-a", ""]) assert.ok(matches(info, typed), typed);
  assert.ok(!matches(info, "bob"));
});
