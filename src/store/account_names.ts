/**
 * Reads only the names of the accounts in a data folder, without the sealing key and without migrating
 * the folder.
 *
 * @module
 */
import { filesIn } from "./folder/data_folder.ts";
import { Database } from "./database/database.ts";
import { LocalBackend } from "./database/local_backend.ts";
import { exists } from "./folder/private_file.ts";

const NAME = ["v1", "account_name"] as const;

/**
 * Reads the names, in alphabetical order.
 *
 * @returns An empty list if there is no database; makes none.
 */
export async function accountNames(dataDir: string): Promise<readonly string[]> {
  const { database: path } = filesIn(dataDir);
  if (!exists(path)) return [];
  const database = new Database(await LocalBackend.open(path));
  try {
    return (await database.list(NAME)).map(({ key }) => String(key.at(-1)));
  } finally {
    database.close();
  }
}
