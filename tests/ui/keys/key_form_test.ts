/**
 * The forms for client keys as requests of the admin API.
 *
 * @module
 */
import assert from "node:assert/strict";
import { FieldFault } from "../../../src/ui/client/parts/form_values.js";
import { keyChangesOf, newKeyOf } from "../../../src/ui/client/keys/key_form.js";
import type { KeyInfo } from "../../../src/ui/client/keys/key_state.js";

const NOW = Date.parse("2026-01-01T00:00:00Z");

const PLAIN = { name: "ada", may: "calls", expires: "never" };

const KEY: KeyInfo = {
  id: "key_1",
  name: "ada",
  key: "plx_AbC…xyz",
  state: "valid",
  createdAt: "2025-12-01T00:00:00Z",
  expiresAt: "2026-02-01T00:00:00Z",
  labels: ["team"],
  limits: { tokensPerDay: 2_000_000, budget: { microUsd: 20_000_000, per: "month" } },
  allow: ["gemini-*"],
  deny: [],
  accounts: [],
  may: ["calls"],
};

const SAME = {
  ...PLAIN,
  expires: "keep",
  labels: "team",
  tokensPerDay: "2M",
  budget: "20",
  budgetPer: "month",
  allow: "gemini-*",
};

Deno.test("newKeyOf() makes a request of every option, and leaves out what is empty", () => {
  assert.deepEqual(newKeyOf(PLAIN, NOW), { name: "ada", may: ["calls"] });
  assert.deepEqual(
    newKeyOf({
      name: " ci ",
      labels: "team-a, ci",
      requestsPerMinute: "60",
      tokensPerMonth: "2M",
      maxConcurrent: "4",
      budget: "$1.50",
      budgetPer: "day",
      allow: "gemini-*-flash",
      deny: "*-pro *-ultra",
      accounts: "home, team",
      may: "calls metrics",
      expires: "30",
    }, NOW),
    {
      name: "ci",
      labels: ["team-a", "ci"],
      limits: {
        requestsPerMinute: 60,
        tokensPerMonth: 2_000_000,
        maxConcurrent: 4,
        budget: { microUsd: 1_500_000, per: "day" },
      },
      allow: ["gemini-*-flash"],
      deny: ["*-pro", "*-ultra"],
      accounts: ["home", "team"],
      may: ["calls", "metrics"],
      expiresAt: "2026-01-31T00:00:00.000Z",
    },
  );
});

Deno.test("newKeyOf() names the field that cannot be read", () => {
  const cases = [
    [{ name: "" }, "name", "nameMissing"],
    [{ may: "" }, "may", "mayNothing"],
    [{ tokensPerDay: "many" }, "tokensPerDay", "notACount"],
    [{ budget: "0" }, "budget", "notAnAmount"],
    [{ expires: "date", expiresOn: "" }, "expiresOn", "dateMissing"],
    [{ expires: "date", expiresOn: "2025-12-31" }, "expiresOn", "datePast"],
  ] as const;
  for (const [fields, field, why] of cases) {
    assert.throws(() => newKeyOf({ ...PLAIN, ...fields }, NOW), (error) => {
      assert.ok(error instanceof FieldFault);
      assert.deepEqual([error.field, error.why], [field, why]);
      return true;
    });
  }
});

Deno.test("keyChangesOf() sends what was changed, and null for what was removed", () => {
  assert.deepEqual(keyChangesOf(KEY, SAME, NOW), {});
  assert.deepEqual(
    keyChangesOf(KEY, {
      ...SAME,
      name: "grace",
      labels: "",
      tokensPerDay: "",
      requestsPerDay: "10k",
      may: "calls metrics",
      expires: "never",
    }, NOW),
    {
      name: "grace",
      labels: null,
      limits: { tokensPerDay: null, requestsPerDay: 10_000 },
      may: ["calls", "metrics"],
      expiresAt: null,
    },
  );
  assert.deepEqual(
    keyChangesOf(KEY, { ...SAME, expires: "date", expiresOn: "2026-03-01" }, NOW),
    { expiresAt: "2026-03-01T00:00:00.000Z" },
  );
});
