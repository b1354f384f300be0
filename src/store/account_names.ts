/**
 * The names of the accounts in a data folder, for whoever needs nothing else of them: read without the
 * sealing key, and without bringing the folder up to date.
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
 * @returns None where there is no database: none is made.
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
