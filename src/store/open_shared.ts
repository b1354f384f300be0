/**
 * Opens a store that several gateways share, on a KV Connect server.
 *
 * @module
 */
import { Database } from "./database/database.ts";
import { Journal } from "./kept/journal.ts";
import { findKeptKey } from "./sealing/key_source.ts";
import { leaseTurns } from "./turns/lease_turns.ts";
import { requireSchema } from "./migrate.ts";
import { RemoteBackend } from "./database/remote_backend.ts";
import { SEAL_KEY_BYTES } from "./sealing/seal.ts";
import { Sealing } from "./sealing/sealing.ts";
import { StoreError } from "./store_error.ts";
import type { AvailabilityListener, SharedLocation, StoreParts } from "./store_parts.ts";

/**
 * Opens the store.
 *
 * @throws {StoreError} when no key is configured, the server does not respond or refuses the token,
 * another version of Pollux wrote the store, or the key is not the store's.
 */
export async function openShared(
  location: SharedLocation,
  onAvailability: AvailabilityListener,
): Promise<StoreParts> {
  const { url, accessToken } = location;
  const name = `The store at "${url}"`;
  const key = findKeptKey(location);
  // If each gateway made its own key, it could not open what the others seal.
  if (key === undefined) {
    throw new StoreError(
      `${name} is shared, so every gateway on it needs the same sealing key; make one, ` +
        `(umask 077; openssl rand -out pollux.key ${SEAL_KEY_BYTES}), give each a copy, and name it ` +
        `in POLLUX_MASTER_KEY_FILE`,
    );
  }
  const database = new Database(
    new RemoteBackend({ url, accessToken, fetch: location.fetch, onAvailability }),
  );
  await requireSchema(database, name);
  const sealing = await Sealing.open(database, { ...key, isShared: true });
  const journal = new Journal(database);
  // Started before the rows are read, so that no change is missed; some may be applied twice.
  await journal.news();
  return { database, sealing, lock: leaseTurns(database), journal };
}
