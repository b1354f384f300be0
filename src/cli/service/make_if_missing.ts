/**
 * Makes files and folders that are missing; existing ones stay unchanged.
 *
 * @module
 */
import { dirname } from "node:path";

/**
 * Makes a folder and its missing parents.
 *
 * @param options.mode Permissions of new folders.
 * @throws {Error} when one cannot be made.
 */
export async function makeFolder(path: string, options: { readonly mode: number }): Promise<void> {
  if (await isThere(path)) return;
  await makeFolder(dirname(path), options);
  try {
    await Deno.mkdir(path, { mode: options.mode });
    await leaveToOwner(path);
  } catch (cause) {
    throw cannotMake(path, cause);
  }
}

/**
 * Makes a file.
 *
 * @param options.mode Permissions, which the file has from its creation on.
 * @throws {Error} when it cannot be made.
 */
export async function makeFile(
  path: string,
  options: { readonly bytes: Uint8Array; readonly mode: number },
): Promise<void> {
  const { bytes, mode } = options;
  try {
    await Deno.writeFile(path, bytes, { mode, createNew: true });
    await leaveToOwner(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) return;
    throw cannotMake(path, cause);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Files that root makes in a user's folder must be owned by the user. */
async function leaveToOwner(path: string): Promise<void> {
  const { uid } = await Deno.stat(path);
  const { uid: owner, gid } = await Deno.stat(dirname(path));
  if (uid === 0 && owner !== null && owner !== 0) await Deno.chown(path, owner, gid);
}

function cannotMake(path: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(`Cannot make "${path}": ${reason}`, { cause });
}
