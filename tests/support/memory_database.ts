/**
 * A database for one test.
 *
 * @module
 */
import { Database } from "../../src/store/database/database.ts";
import { LocalBackend } from "../../src/store/database/local_backend.ts";
import { StoreKeeper } from "../../src/store/kept.ts";
import type { KeeperOptions } from "../../src/store/kept/kept_state.ts";
import { Journal } from "../../src/store/kept/journal.ts";
import type { KeySource } from "../../src/store/sealing/key_source.ts";
import { newSealKey } from "../../src/store/sealing/seal_key.ts";
import { Sealing } from "../../src/store/sealing/sealing.ts";

/** An empty database in memory, which is closed with the scope. */
export async function memoryDatabase(): Promise<Disposable & { readonly database: Database }> {
  const database = new Database(await LocalBackend.open(":memory:"));
  return {
    database,
    [Symbol.dispose]: () => database.close(),
  };
}

/** A store that several gateways share, in memory. */
export interface MemoryStore extends Disposable {
  readonly database: Database;
  readonly sealing: Sealing;
  readonly keySource: KeySource;
  /** The journal as one more gateway writes and follows it from now on. */
  journal(): Promise<Journal>;
  /** A keeper as one more gateway has it. */
  keeper(options: KeeperOptions & { readonly journal?: Journal }): StoreKeeper;
}

/** Opens an empty one, which is closed with the scope. */
export async function memoryStore(): Promise<MemoryStore> {
  const { database, [Symbol.dispose]: close } = await memoryDatabase();
  const key = newSealKey();
  const keySource = { path: ":memory:", isOurs: true, load: () => key };
  const sealing = await Sealing.open(database, keySource);
  return {
    database,
    sealing,
    keySource,
    async journal() {
      const journal = new Journal(database);
      await journal.news();
      return journal;
    },
    keeper: ({ journal, ...options }) => new StoreKeeper({ database, sealing, journal }, options),
    [Symbol.dispose]: close,
  };
}
