/** How a roster learns of changes. @module */
import assert from "node:assert/strict";
import type { Account } from "../../../src/accounts/account.ts";
import { Secret } from "../../../src/accounts/secret.ts";
import { Roster } from "../../../src/server/dispatch/roster.ts";
import { createUpstream } from "../../../src/upstream/create_upstream.ts";
import { TestPool } from "../../support/test_pool.ts";
import { within } from "../../support/deadline.ts";

/** Far more than the roster waits, on a busy machine too. */
const LIMIT_MS = 20_000;

const ACCOUNT: Account = {
  id: "1",
  name: "one",
  kind: "gemini-api",
  enabled: true,
  baseUrls: ["http://127.0.0.1:1"],
  credential: { type: "api_key", key: new Secret("planted-key") },
  createdAt: "2026-01-01T00:00:00Z",
};

Deno.test("Roster takes a change over the first time that it asks after it", async () => {
  let accounts: readonly Account[] = [];
  let revision = 1n;
  let asked = 0;
  const taken = Promise.withResolvers<void>();
  const roster = new Roster({
    accounts: {
      revision() {
        asked++;
        return Promise.resolve(revision);
      },
      list: () => Promise.resolve(accounts),
    },
    pool: new TestPool([]).pool,
    createUpstream(account) {
      taken.resolve();
      return createUpstream(account, { clock: Date });
    },
    onChange() {},
    onError: taken.reject,
    onLeftOut: taken.reject,
  });
  await roster.start();
  accounts = [ACCOUNT];
  revision++;
  asked = 0;
  await within(LIMIT_MS, taken.promise, { what: "The account" });
  assert.equal(asked, 1);
  await roster.close();
});
