/**
 * Makes the files and folders that must exist before a service can start.
 *
 * @module
 */
import { dirname } from "node:path";
import { utf8Bytes } from "../../base/text/text.ts";
import { makeFile, makeFolder } from "./make_if_missing.ts";
import type { ServiceTarget } from "./service_target.ts";

/** Length of the sealing key, in bytes. */
const KEY_BYTES = 32;

/** An empty configuration. */
const EMPTY_CONFIG =
  "# Settings of Pollux. docs/configuration.md has all of them, with their defaults.\n";

/**
 * Makes the missing files and folders that a definition names. Existing ones stay unchanged.
 *
 * @throws {Error} when something cannot be made.
 */
export async function prepareService(
  { system, scope, places }: Pick<ServiceTarget, "system" | "scope" | "places">,
): Promise<void> {
  const { configFile, dataDir, masterKeyFile } = places;
  // A user that exists only while the service runs cannot own files.
  const isDynamicUser = system === "linux" && scope === "system";
  await makeFolder(dirname(configFile), { mode: isDynamicUser ? 0o755 : 0o700 });
  await makeFile(configFile, {
    bytes: utf8Bytes(EMPTY_CONFIG),
    mode: isDynamicUser ? 0o644 : 0o600,
  });
  // For a dynamic user, systemd makes it.
  if (!isDynamicUser) await makeFolder(dataDir, { mode: 0o700 });
  if (isDynamicUser && masterKeyFile !== undefined) {
    await makeFolder(dirname(masterKeyFile), { mode: 0o700 });
    await makeFile(masterKeyFile, {
      bytes: crypto.getRandomValues(new Uint8Array(KEY_BYTES)),
      mode: 0o600,
    });
  }
}
