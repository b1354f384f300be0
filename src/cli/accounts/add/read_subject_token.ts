/**
 * Reads the file with the token of another identity provider that a credentials file names.
 *
 * @module
 */
import { readUserFile } from "../../terminal/read_user_file.ts";

/** The file's description in messages. */
const WHAT = "file with the subject token";

/**
 * Reads the file.
 *
 * @throws {Error} when it is not a file, cannot be read, or is far too large.
 */
export async function readSubjectTokenFile(path: string): Promise<string> {
  const info = await Deno.stat(path).catch(() => undefined);
  // Reading a pipe or a device could block every call.
  if (info !== undefined && !info.isFile) throw new Error(`The ${WHAT} "${path}" is not a file`);
  return await readUserFile(path, WHAT);
}
