/**
 * Opening of everything that Pollux keeps, in the one order that is safe: folder, files, schema, key.
 *
 * @module
 */
import { AccountRows } from "./account_rows.ts";
import { CoolDownRows } from "./cool_down_rows.ts";
import { openDataFolder, openPrivateFile } from "./data_folder.ts";
import { Database } from "./database.ts";
import { Seal, SEAL_KEY_BYTES } from "./seal.ts";
import { loadSealKey } from "./seal_key.ts";
import { SessionRows } from "./session_rows.ts";
import { StoreError } from "./store_error.ts";
import { encodeValue } from "./stored_value.ts";

/** The layout of keys and rows that this version reads and writes. */
export const SCHEMA_VERSION = 1;

const SCHEMA = ["schema"] as const;
const SEAL_CHECK = ["v1", "seal_check"] as const;

/** What the check row says when the key fits, and the row id that is bound into it. */
const SEAL_CHECK_TEXT = "pollux";
const SEAL_CHECK_ID = "seal_check";

/** Where the store lies: a folder, made if missing, or nowhere. */
export type StoreLocation = { readonly dataDir: string } | { readonly memory: true };

/** An open store. */
export interface Store extends Disposable {
  readonly accounts: AccountRows;
  readonly sessions: SessionRows;
  readonly coolDowns: CoolDownRows;
  close(): void;
}

/**
 * Opens the store. Several processes may have it open at once.
 *
 * @throws {StoreError} when modes are too loose, a newer Pollux wrote it, the sealing key is missing or
 * does not fit, or the files cannot be used. Nothing is changed or deleted in any of these cases.
 */
export async function openStore(location: StoreLocation): Promise<Store> {
  if ("memory" in location) {
    const seal = await Seal.fromKey(crypto.getRandomValues(new Uint8Array(SEAL_KEY_BYTES)));
    return storeOf(await Database.open(":memory:"), seal);
  }
  const folder = openDataFolder(location.dataDir);
  // SQLite gives its -wal and -shm files the mode of the database, so that is made first.
  openPrivateFile(folder.database).close();
  const database = await Database.open(folder.database);
  try {
    await checkSchema(database, folder.path);
    return storeOf(database, await openSeal(database, folder.key));
  } catch (error) {
    database.close();
    throw error;
  }
}

function storeOf(database: Database, seal: Seal): Store {
  function close(): void {
    database.close();
  }
  return {
    accounts: new AccountRows(database, seal),
    sessions: new SessionRows(database),
    coolDowns: new CoolDownRows(database),
    close,
    [Symbol.dispose]: close,
  };
}

/** Marks a new database with its schema, and refuses one that this version does not know. */
async function checkSchema(database: Database, dataDir: string): Promise<void> {
  const { schema: found } = await database.settle<{ readonly schema: unknown }>(async () => {
    const entry = await database.get(SCHEMA);
    if (entry.versionstamp !== null) return { schema: entry.value };
    const committed = await database.commit((transaction) =>
      transaction.check(entry).set(SCHEMA, encodeValue(SCHEMA_VERSION))
    );
    return committed ? { schema: SCHEMA_VERSION } : undefined;
  });
  if (found === SCHEMA_VERSION) return;
  if (typeof found === "number" && found > SCHEMA_VERSION) {
    throw new StoreError(
      `The data folder "${dataDir}" was written by a newer Pollux (schema ${found}, this one knows ` +
        `${SCHEMA_VERSION}); use that version, or another --data-dir`,
    );
  }
  throw new StoreError(
    `The data folder "${dataDir}" has no schema that Pollux knows; ` +
      `put it back from a backup, or start afresh with another --data-dir`,
  );
}

/** Opens the seal, and makes sure that its key is the one that this database was sealed with. */
async function openSeal(database: Database, keyPath: string): Promise<Seal> {
  return await database.settle(async () => {
    const entry = await database.get(SEAL_CHECK);
    const seal = await Seal.fromKey(
      loadSealKey(keyPath, { mayCreate: entry.versionstamp === null }),
    );
    if (entry.versionstamp === null) {
      const sealed = await seal.seal(SEAL_CHECK_TEXT, SEAL_CHECK_ID);
      const committed = await database.commit((transaction) =>
        transaction.check(entry).set(SEAL_CHECK, encodeValue(sealed))
      );
      return committed ? seal : undefined;
    }
    if (await seal.open(String(entry.value), SEAL_CHECK_ID) !== SEAL_CHECK_TEXT) {
      throw new StoreError(
        `The key file "${keyPath}" does not fit: the secrets in this folder were sealed with another ` +
          `key; put that one back from a backup, or start afresh with another --data-dir`,
      );
    }
    return seal;
  });
}
