/** When a key is asked for, and who can reach a gateway without one. @module */
import assert from "node:assert/strict";
import {
  isLoopbackHost,
  isOpenToOthers,
  keyPolicy,
} from "../../../src/server/access/key_policy.ts";

Deno.test("isLoopbackHost() knows the addresses that only this machine reaches", () => {
  for (const host of ["localhost", "::1", "127.0.0.1", "127.8.9.10"]) {
    assert.ok(isLoopbackHost(host), host);
  }
  for (
    const host of ["127.evil.example", "127.0.0.1.evil.example", "x127.0.0.1", "::", "10.0.0.1"]
  ) {
    assert.ok(!isLoopbackHost(host), host);
  }
});

Deno.test("isOpenToOthers() tells a gateway that others reach and that asks nobody for a key", () => {
  for (
    const [mode, host, apiKey, isOpen] of [
      ["off", "0.0.0.0", undefined, true],
      ["off", "0.0.0.0", "planted-key", true],
      ["off", "127.0.0.1", undefined, false],
      ["auto", "0.0.0.0", "planted-key", false],
      ["strict", "0.0.0.0", undefined, false],
    ] as const
  ) {
    const policy = keyPolicy({ server: { host, allowedHosts: [] }, auth: { mode, apiKey } });
    assert.equal(isOpenToOthers(policy), isOpen, `${mode} on ${host}`);
  }
});

Deno.test("keyPolicy() asks for a key once a client key was made, but in mode off", () => {
  const settings = { server: { host: "127.0.0.1", allowedHosts: [] } };
  const modes = ["auto", "all_except_health", "strict", "off"] as const;
  const policies = modes.map((mode) =>
    keyPolicy({ ...settings, auth: { mode, apiKey: undefined } }, { exist: true })
  );
  assert.deepEqual(policies.map(({ asks }) => asks), ["always", "always", "always", "never"]);
  assert.ok(policies.every(({ refusesAll }) => !refusesAll));
  assert.equal(policies[0]?.words, "Clients need a key, because a client key was made");
});
