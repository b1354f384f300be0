/** The configuration reaches the server whole. @module */
import assert from "node:assert/strict";
import { gatewaySettings } from "../../src/daemon/gateway_settings.ts";
import { configSchema } from "../../src/config/schema.ts";

Deno.test("gatewaySettings() hands every setting of the server on", () => {
  const config = configSchema.parse({
    server: {
      host: "::1",
      port: 1,
      allowed_hosts: ["a.example"],
      cors_origins: ["https://a.example"],
      public_url: "https://a.example/gemini",
      trusted_proxies: ["10.0.0.0/8"],
      max_body_mib: 0.5,
      max_memory_mib: 2,
      body_timeout: "2s",
      drain_timeout: "3s",
    },
    auth: { mode: "strict", api_key: "key" },
    admin: { remote: true, listen: "127.0.0.1:9000" },
    openai: { passthrough: true },
    streaming: { default_format: "json", done_sentinel: "strip" },
    routing: {
      max_attempts: 4,
      strategy: "cache_first",
      session_ttl: "5s",
      max_wait: "9s",
      max_waiting: 7,
    },
    timeouts: { first_byte: "6s", idle: "7s", total: "8s" },
    files: { max_upload_mib: 3, keep_copy: true, keep_copy_mib: 1, keep_copy_total_mib: 2 },
    models: { aliases: { fast: "gemini-2.5-flash" } },
    prices: { unknown: "refuse" },
  });
  assert.deepEqual(gatewaySettings(config), {
    server: {
      host: "::1",
      allowedHosts: ["a.example"],
      corsOrigins: ["https://a.example"],
      publicUrl: "https://a.example/gemini",
      trustedProxies: ["10.0.0.0/8"],
      maxBodyBytes: 524_288,
      maxMemoryBytes: 2_097_152,
      bodyTimeoutMs: 2_000,
    },
    auth: { mode: "strict", apiKey: "key" },
    admin: { isRemote: true, listenHost: "127.0.0.1" },
    openai: { passthrough: true },
    streaming: { defaultFormat: "json", doneSentinel: "strip" },
    routing: {
      maxAttempts: 4,
      strategy: "cache_first",
      sessionTtlMs: 5_000,
      maxWaitMs: 9_000,
      maxWaiting: 7,
    },
    timeouts: { firstByteMs: 6_000, idleMs: 7_000, totalMs: 8_000 },
    files: {
      maxUploadBytes: 3_145_728,
      copies: { mostFileBytes: 1_048_576, mostBytes: 2_097_152 },
    },
    prices: { unknown: "refuse" },
    aliases: { fast: "gemini-2.5-flash" },
  });
});

Deno.test("gatewaySettings() knows no key where none is configured", () => {
  assert.equal(gatewaySettings(configSchema.parse({})).auth.apiKey, undefined);
});
