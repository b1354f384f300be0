/**
 * Compares two configurations, and finds the changes that can take effect while the gateway runs.
 *
 * @module
 */
import { CONFIG_KEYS, type ConfigKey } from "./config_keys.ts";
import type { Config } from "./schema.ts";
import { valueOf } from "./shown_config.ts";

/** The keys whose values differ. */
export function changedKeys(before: Config, after: Config): readonly ConfigKey[] {
  return CONFIG_KEYS.filter((key) =>
    JSON.stringify(valueOf(key, before)) !== JSON.stringify(valueOf(key, after))
  );
}

/** Returns the new settings, except for those that need a restart. */
export function withoutRestart(running: Config, wanted: Config): Config {
  const { host, port, tls } = running.server;
  return {
    ...wanted,
    server: { ...wanted.server, host, port, tls },
    admin: { ...running.admin, remote: wanted.admin.remote },
    store: running.store,
    network: running.network,
  };
}
