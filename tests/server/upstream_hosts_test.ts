/** Which hosts accounts' calls go to. @module */
import assert from "node:assert/strict";
import type { Account } from "../../src/accounts/account.ts";
import { Secret } from "../../src/accounts/secret.ts";
import type { Member } from "../../src/server/dispatch/roster.ts";
import { UpstreamHosts } from "../../src/server/upstream_hosts.ts";
import { createUpstream } from "../../src/upstream/create_upstream.ts";

function member(...baseUrls: readonly string[]): Member {
  const account: Account = {
    id: "1",
    name: "one",
    kind: "gemini-api",
    enabled: true,
    baseUrls,
    credential: { type: "api_key", key: new Secret("planted-key") },
    createdAt: "2026-01-01T00:00:00Z",
  };
  return { account, upstream: createUpstream(account, { clock: Date }) };
}

Deno.test("UpstreamHosts reads the accounts once for each change of theirs", () => {
  let reads = 0;
  const roster = {
    revision: 1n,
    listed: [member("http://127.0.0.1:9000/base"), member("https://a.test", "https://b.test:8443")],
    members() {
      reads++;
      return this.listed;
    },
  };
  const hosts = new UpstreamHosts(roster);
  for (let nth = 0; nth < 1000; nth++) assert.equal(hosts.has(`c${nth}.test`), false);
  assert.ok(["127.0.0.1:9000", "a.test", "b.test:8443"].every((host) => hosts.has(host)));
  assert.equal(hosts.has("b.test"), false);
  assert.equal(reads, 1);
  roster.listed = [member("https://c.test")];
  roster.revision++;
  assert.equal(hosts.has("a.test"), false);
  assert.equal(hosts.has("c.test"), true);
  assert.equal(reads, 2);
});
