/** What differs between two configurations, and what of it waits for a restart. @module */
import assert from "node:assert/strict";
import { changedKeys, withoutRestart } from "../../src/config/config_changes.ts";
import { CONFIG_KEYS } from "../../src/config/config_keys.ts";
import { configSchema } from "../../src/config/schema.ts";

const BEFORE = configSchema.parse({});

/** A configuration in which every key differs from its default. */
const AFTER = configSchema.parse({
  server: {
    host: "::1",
    port: 1,
    allowed_hosts: ["a.example"],
    cors_origins: ["https://a.example"],
    trusted_proxies: ["10.0.0.0/8"],
    public_url: "https://a.example",
    max_body_mib: 1,
    max_memory_mib: 1,
    body_timeout: 1,
    drain_timeout: 1,
    tls: { cert: "/cert.pem", key: "/key.pem", port: 2 },
  },
  auth: { mode: "strict", api_key: "key" },
  admin: { key: "0123456789abcdef", remote: true, listen: "127.0.0.1:1" },
  streaming: { default_format: "json", done_sentinel: "strip" },
  openai: { passthrough: true },
  routing: {
    max_attempts: 1,
    strategy: "cache_first",
    session_ttl: 1,
    max_wait: 1,
    max_waiting: 1,
  },
  timeouts: { first_byte: 1, idle: 1, total: 1 },
  files: { max_upload_mib: 1, keep_copy: true, keep_copy_mib: 1, keep_copy_total_mib: 1 },
  models: { aliases: { a: "b" } },
  prices: { models: { a: { input: 1, output: 2 } }, unknown: "refuse" },
  store: { url: "https://a.example", token: "token", token_file: "file" },
  usage: { retention: "90d" },
  network: { proxy: "http://a.example", ca_file: "/a" },
  log: {
    level: "debug",
    levels: { calls: "error" },
    format: "json",
    bodies_until: "2999-01-01T00:00:00Z",
  },
});

Deno.test("changedKeys() names every key that differs, and no other", () => {
  assert.deepEqual(changedKeys(BEFORE, AFTER), CONFIG_KEYS);
  assert.deepEqual(changedKeys(AFTER, configSchema.parse({})), CONFIG_KEYS);
  assert.deepEqual(changedKeys(BEFORE, configSchema.parse({})), []);
  const names = changedKeys(BEFORE, { ...BEFORE, log: AFTER.log }).map(({ name }) => name);
  assert.deepEqual(names, ["log.level", "log.levels", "log.format", "log.bodies_until"]);
});

Deno.test("withoutRestart() keeps what needs a restart, and nothing else", () => {
  const kept = changedKeys(withoutRestart(BEFORE, AFTER), AFTER);
  assert.deepEqual(
    kept.map(({ name }) => name),
    [
      ...["server.host", "server.port", "server.tls.cert", "server.tls.key", "server.tls.port"],
      ...["admin.key", "admin.listen"],
      ...["store.url", "store.token", "store.token_file"],
      ...["network.proxy", "network.ca_file"],
    ],
  );
  assert.deepEqual(kept, CONFIG_KEYS.filter(({ needsRestart }) => needsRestart));
});
