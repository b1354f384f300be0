/**
 * The sealing key on disk: 32 random bytes in a 0600 file of the data folder, made once.
 *
 * @module
 */
import { openPrivateFile } from "./data_folder.ts";
import { SEAL_KEY_BYTES } from "./seal.ts";
import { StoreError } from "./store_error.ts";

/**
 * Reads the key; makes it when there is none and `mayCreate`. Two processes that come at once get the
 * same key: an empty file is filled under the file's lock, and a process that dies before it wrote
 * leaves an empty file for the next.
 *
 * @param options.mayCreate False when something is sealed already, since a new key would lose it.
 * @throws {StoreError} when the key is missing and must not be made, or the file is damaged.
 */
export function loadSealKey(
  path: string,
  options: { readonly mayCreate: boolean },
): Uint8Array<ArrayBuffer> {
  if (!options.mayCreate && !exists(path)) throw missing(path);
  using file = openPrivateFile(path);
  file.lockSync(true);
  const size = file.statSync().size;
  if (size === 0) {
    if (!options.mayCreate) throw missing(path);
    const key = crypto.getRandomValues(new Uint8Array(SEAL_KEY_BYTES));
    file.writeSync(key);
    // Nothing may be sealed under a key that a power cut can still lose.
    file.syncSync();
    return key;
  }
  const key = new Uint8Array(SEAL_KEY_BYTES);
  if (size !== SEAL_KEY_BYTES || file.readSync(key) !== SEAL_KEY_BYTES) {
    throw new StoreError(
      `The key file "${path}" is damaged (${size} bytes instead of ${SEAL_KEY_BYTES}); ` +
        `put it back from a backup, or start afresh with another --data-dir`,
    );
  }
  return key;
}

function missing(path: string): StoreError {
  return new StoreError(
    `The key file "${path}" is missing, and the secrets in this folder cannot be opened without ` +
      `it; put it back from a backup, or start afresh with another --data-dir`,
  );
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
