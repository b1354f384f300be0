/**
 * Reading of a file that `pollux accounts export` may have written.
 *
 * @module
 */
import { readUserFile } from "./read_user_file.ts";

/** Room for tens of thousands of accounts, in bytes. */
const LARGEST_BYTES = 64 * 1024 * 1024;

/** The file's text. Throws as {@linkcode readUserFile} does. */
export async function readExportFile(path: string): Promise<string> {
  return await readUserFile(path, "export file", { largestBytes: LARGEST_BYTES });
}
