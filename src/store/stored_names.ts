/**
 * Reads only the names of the accounts or client keys in a data folder, without the sealing key and without
 * migrating the folder.
 *
 * @module
 */
import { filesIn } from "./folder/data_folder.ts";
import { Database } from "./database/database.ts";
import { LocalBackend } from "./database/local_backend.ts";
import { exists } from "./folder/private_file.ts";

/** The indexes that keep names unique; see account_rows.ts and client_key_rows.ts. */
const INDEXES = {
  account: ["v1", "account_name"],
  key: ["v1", "client_key_name"],
} as const;

/** What has names. */
export type Named = keyof typeof INDEXES;

/**
 * Reads the names, in alphabetical order.
 *
 * @returns An empty list if there is no database; makes none.
 */
export async function storedNames(dataDir: string, named: Named): Promise<readonly string[]> {
  const { database: path } = filesIn(dataDir);
  if (!exists(path)) return [];
  const database = new Database(await LocalBackend.open(path));
  try {
    return (await database.list(INDEXES[named])).map(({ key }) => String(key.at(-1)));
  } finally {
    database.close();
  }
}
