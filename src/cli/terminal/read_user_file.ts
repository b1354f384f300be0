/**
 * Reads a file that the user named.
 *
 * @module
 */

import { reasonOf } from "../../store/folder/reason_of.ts";
import { decodedText } from "../../base/text/decoded_text.ts";

/** Default size limit, in bytes: far above any key or credentials file, but quick to read. */
const LARGEST_BYTES = 32_768;

/**
 * Reads a text file.
 *
 * @param what The file's purpose, for messages: "key file".
 * @param options `largestBytes`: the size limit, in bytes.
 * @throws {Error} when it is missing, cannot be read, or is too large.
 */
export async function readUserFile(
  path: string,
  what: string,
  { largestBytes = LARGEST_BYTES }: { readonly largestBytes?: number } = {},
): Promise<string> {
  let size: number;
  let text: string;
  try {
    size = (await Deno.stat(path)).size;
    text = size > largestBytes ? "" : decodedText(await Deno.readFile(path));
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "it does not exist" : reasonOf(cause);
    throw new Error(`The ${what} "${path}" cannot be read: ${reason}`, { cause });
  }
  if (size > largestBytes) {
    throw new Error(
      `The ${what} "${path}" is too large: it has ${size} bytes, more than ${largestBytes}`,
    );
  }
  return text;
}
