/**
 * Converts the configuration to the server's settings.
 *
 * @module
 */
import type { Config } from "../config/schema.ts";
import { listenPlace } from "../config/values/place_types.ts";
import type { GatewaySettings } from "../server/settings.ts";

/** Bytes of a MiB. */
const MIB = 1024 * 1024;

/** Converts snake_case names of the file to camelCase, and MiB to bytes. */
export function gatewaySettings(config: Config): GatewaySettings {
  const { server, auth, admin, openai, streaming, routing, timeouts, files, models, prices } =
    config;
  return {
    server: {
      host: server.host,
      allowedHosts: server.allowed_hosts,
      corsOrigins: server.cors_origins,
      trustedProxies: server.trusted_proxies,
      publicUrl: server.public_url,
      maxBodyBytes: server.max_body_mib * MIB,
      maxMemoryBytes: server.max_memory_mib * MIB,
      bodyTimeoutMs: server.body_timeout,
    },
    auth: { mode: auth.mode, apiKey: auth.api_key },
    admin: { isRemote: admin.remote, listenHost: listenPlace(admin.listen ?? "")?.host },
    openai: { passthrough: openai.passthrough },
    streaming: { defaultFormat: streaming.default_format, doneSentinel: streaming.done_sentinel },
    routing: {
      maxAttempts: routing.max_attempts,
      strategy: routing.strategy,
      sessionTtlMs: routing.session_ttl,
      maxWaitMs: routing.max_wait,
      maxWaiting: routing.max_waiting,
    },
    timeouts: {
      firstByteMs: timeouts.first_byte,
      idleMs: timeouts.idle,
      totalMs: timeouts.total,
    },
    files: {
      maxUploadBytes: files.max_upload_mib * MIB,
      copies: files.keep_copy
        ? { mostFileBytes: files.keep_copy_mib * MIB, mostBytes: files.keep_copy_total_mib * MIB }
        : undefined,
    },
    prices: { unknown: prices.unknown },
    aliases: models.aliases,
  };
}
