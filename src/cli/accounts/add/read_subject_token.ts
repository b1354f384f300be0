/**
 * The file with the token of another identity provider, which a credentials file names.
 *
 * @module
 */
import { readUserFile } from "../../terminal/read_user_file.ts";

/** What the file is, for messages. */
const WHAT = "file with the subject token";

/**
 * Reads it.
 *
 * @throws {Error} when it is not a file, cannot be read, or is far too large.
 */
export async function readSubjectTokenFile(path: string): Promise<string> {
  const info = await Deno.stat(path).catch(() => undefined);
  // A pipe or a device could keep every call waiting.
  if (info !== undefined && !info.isFile) throw new Error(`The ${WHAT} "${path}" is not a file`);
  return await readUserFile(path, WHAT);
}
