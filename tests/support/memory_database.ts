/**
 * A database for one test.
 *
 * @module
 */
import { Database } from "../../src/store/database/database.ts";
import { LocalBackend } from "../../src/store/database/local_backend.ts";

/** An empty database in memory, which is closed with the scope. */
export async function memoryDatabase(): Promise<Disposable & { readonly database: Database }> {
  const database = new Database(await LocalBackend.open(":memory:"));
  return {
    database,
    [Symbol.dispose]: () => database.close(),
  };
}
