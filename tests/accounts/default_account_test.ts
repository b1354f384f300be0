import assert from "node:assert/strict";
import { defaultAccount } from "../../src/accounts/default_account.ts";

function defaultOf(variables: Record<string, string>) {
  return defaultAccount({ env: (name) => variables[name], clock: { now: () => 0 } });
}

Deno.test("defaultAccount() takes GEMINI_API_KEY before GOOGLE_API_KEY", () => {
  const both = defaultOf({ GEMINI_API_KEY: " first\n", GOOGLE_API_KEY: "second" });
  assert.equal(both?.credential.type, "api_key");
  assert.equal(both?.credential.type === "api_key" && both.credential.key.reveal(), "first");
  assert.equal(both?.name, "env");
  assert.deepEqual(both?.baseUrls, ["https://generativelanguage.googleapis.com"]);
  const second = defaultOf({ GEMINI_API_KEY: "", GOOGLE_API_KEY: "second" });
  assert.equal(second?.credential.type === "api_key" && second.credential.key.reveal(), "second");
});

Deno.test("defaultAccount() is none without a key", () => {
  assert.equal(defaultOf({}), undefined);
  assert.equal(defaultOf({ GEMINI_API_KEY: " ", GOOGLE_API_KEY: "" }), undefined);
});
