/**
 * A sealing key on disk: 32 random bytes in a file that only its owner may read.
 *
 * @module
 */
import { unusableReason } from "../folder/unusable_path.ts";
import { exists, openPrivateFile, refuseLooseMode } from "../folder/private_file.ts";
import { reasonOf } from "../folder/reason_of.ts";
import { SEAL_KEY_BYTES } from "./seal.ts";
import { StoreError } from "../store_error.ts";

/**
 * Reads Pollux's own key; makes it if it is missing and `mayCreate`. Two processes that do so at the same
 * time get the same key: the empty file is filled under its lock, and a process that dies before writing
 * leaves an empty file for the next.
 *
 * @param options.mayCreate False if something is sealed already, since a new key could not open it.
 * @throws {StoreError} when the key is missing and must not be made, or the file is damaged.
 */
export function loadSealKey(
  path: string,
  options: { readonly mayCreate: boolean },
): Uint8Array<ArrayBuffer> {
  if (!options.mayCreate && !exists(path)) throw missing(path);
  using file = openPrivateFile(path);
  file.lockSync(true);
  if (file.statSync().size > 0) return readKey(path, file);
  if (!options.mayCreate) throw missing(path);
  const key = newSealKey();
  try {
    file.writeSync(key);
    // Synced before anything is sealed under the key, so that a power failure cannot lose it.
    file.syncSync();
  } catch (cause) {
    throw new StoreError(`Cannot write "${path}": ${unusableReason(path, cause)}`, { cause });
  }
  return key;
}

/**
 * Reads the user's key; does not change the file.
 *
 * @param options.groupMayRead True for a service manager's credential.
 * @throws {StoreError} when it is missing, damaged or open to others.
 */
export function readSealKey(
  path: string,
  options: { readonly groupMayRead: boolean },
): Uint8Array<ArrayBuffer> {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "it does not exist" : reasonOf(cause);
    throw new StoreError(
      `The key file "${path}" cannot be read: ${reason}; put it back from a backup, or, for a new ` +
        `data folder, make one: (umask 077; openssl rand -out "${path}" ${SEAL_KEY_BYTES})`,
      { cause },
    );
  }
  using _file = file;
  refuseLooseMode(path, file.statSync(), { wanted: "600", ...options });
  return readKey(path, file);
}

/** Returns a new random key. */
export function newSealKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(SEAL_KEY_BYTES));
}

/** Returns the error for a valid key that is not the one that the database was sealed with. */
export function otherKey(
  { path, isShared = false }: { readonly path: string; readonly isShared?: boolean },
): StoreError {
  if (isShared) {
    return new StoreError(
      `The key file "${path}" is the wrong one: the secrets in the shared store were sealed with another ` +
        `key; give this gateway a copy of the other gateways' key`,
    );
  }
  return new StoreError(
    `The key file "${path}" is the wrong one: the secrets in this folder were sealed with another key; ` +
      `put that key back from a backup, name its file in POLLUX_MASTER_KEY_FILE, or start ` +
      `with another --data-dir`,
  );
}

function readKey(path: string, file: Deno.FsFile): Uint8Array<ArrayBuffer> {
  const { size } = file.statSync();
  const key = new Uint8Array(SEAL_KEY_BYTES);
  if (size !== SEAL_KEY_BYTES || file.readSync(key) !== SEAL_KEY_BYTES) {
    throw new StoreError(
      `The key file "${path}" is damaged (${size} bytes instead of ${SEAL_KEY_BYTES}); ` +
        `put it back from a backup, or start with another --data-dir`,
    );
  }
  return key;
}

function missing(path: string): StoreError {
  return new StoreError(
    `The key file "${path}" is missing, and the secrets in this folder cannot be opened without ` +
      `it; put it back from a backup, name its file in POLLUX_MASTER_KEY_FILE, or start ` +
      `with another --data-dir`,
  );
}
