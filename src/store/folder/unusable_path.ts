/**
 * Explains why a data folder, or a file in it, cannot be used, with the remedy: it belongs to another
 * user, its disk is full, or it is read-only.
 *
 * @module
 */
import { dirname } from "node:path";
import { reasonOf } from "./reason_of.ts";
import { StoreError } from "../store_error.ts";

/** Size of the trial file, in bytes: at least what SQLite needs to open a database. */
const TRIAL_BYTES = 64 * 1024;

/** The system's error, and our message. */
const BY_CODE: Readonly<Record<string, string>> = {
  ENOSPC: "its disk is full; free some space on it, and try again",
  EDQUOT: "the disk quota is used up; free some space, and try again",
  EROFS: "its file system is mounted read-only; mount it for writing, or choose another " +
    "folder with --data-dir",
};

/**
 * Returns the reason, as the end of a message that names the path; if the remedy is certain, it follows
 * after a `;`.
 *
 * @param path The file or folder that could not be opened, made or written.
 * @param cause The system's error.
 */
export function unusableReason(path: string, cause: unknown): string {
  const known = BY_CODE[codeOf(cause)];
  if (known !== undefined) return known;
  if (cause instanceof Deno.errors.PermissionDenied) {
    const foreign = foreignOwner(path);
    if (foreign !== undefined) return foreign;
  }
  return reasonOf(cause);
}

/**
 * Writes a file into a folder and removes it: only that detects a full disk, or a file system that is
 * mounted read-only.
 *
 * @throws {StoreError} with reason and remedy.
 */
export function tryToWriteIn(folder: string): void {
  let path: string | undefined;
  try {
    path = Deno.makeTempFileSync({ dir: folder, prefix: "trial-" });
    Deno.writeFileSync(path, new Uint8Array(TRIAL_BYTES));
  } catch (cause) {
    throw new StoreError(`Cannot write in "${folder}": ${unusableReason(folder, cause)}`, {
      cause,
    });
  } finally {
    if (path !== undefined) Deno.removeSync(path);
  }
}

/**
 * Checks whether a missing folder can be made, by a trial in its nearest existing parent.
 *
 * @throws {StoreError} with the reason and, if certain, the remedy.
 */
export function tryToMake(folder: string): void {
  const above = nearestExisting(folder);
  let trial: string | undefined;
  try {
    trial = Deno.makeTempDirSync({ dir: above, prefix: "trial-" });
    tryToWriteIn(trial);
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw new StoreError(`"${folder}" cannot be made: ${unusableReason(folder, cause)}`, { cause });
  } finally {
    if (trial !== undefined) Deno.removeSync(trial);
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : "";
}

/** Returns the message if the path, or its parent folder, belongs to another user; undefined if to this one. */
function foreignOwner(path: string): string | undefined {
  const me = ownUid();
  const place = nearestExisting(path);
  const uid = uidOf(place);
  if (me === undefined || uid === undefined || uid === me) return undefined;
  const mine = toGiveBack(place, { me, isAskedFor: place === path });
  if (mine === undefined) {
    return `"${place}" belongs to ${
      uid === 0 ? "root" : `another user (uid ${uid})`
    }; choose a place ` +
      `that the user who runs Pollux (uid ${me}) can write, for the data folder with --data-dir`;
  }
  const owner = uid === 0 ? "root, as after a run with sudo" : `another user (uid ${uid})`;
  return `"${place}" belongs to ${owner}; give it to the user who runs Pollux with ` +
    `sudo chown -R ${me} "${mine}", or choose another folder with --data-dir`;
}

/**
 * Returns the folder whose ownership the user can safely take recursively: the topmost folder of another
 * user within one of the user's own, or else the requested folder itself. Undefined for all others, such
 * as `/var/lib`, which a `chown -R` would take from the system.
 */
function toGiveBack(
  place: string,
  { me, isAskedFor }: { readonly me: number; readonly isAskedFor: boolean },
): string | undefined {
  let folder = place;
  for (let above = dirname(folder); above !== folder; above = dirname(folder)) {
    // Includes a file's folder, since other files in it probably belong to the other user too.
    if (uidOf(above) === me) return isFolder(folder) ? folder : above;
    folder = above;
  }
  return isAskedFor && isFolder(place) ? place : undefined;
}

/** Returns the path itself, or its nearest existing parent. */
function nearestExisting(path: string): string {
  let place = path;
  while (uidOf(place) === undefined && dirname(place) !== place) place = dirname(place);
  return place;
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** Returns the user's id, from the owner of a temporary file: `Deno.uid()` needs one more permission. */
function ownUid(): number | undefined {
  let path: string | undefined;
  try {
    path = Deno.makeTempFileSync({ prefix: "pollux-" });
    return uidOf(path);
  } catch {
    return undefined;
  } finally {
    if (path !== undefined) Deno.removeSync(path);
  }
}

function uidOf(path: string): number | undefined {
  try {
    return Deno.statSync(path).uid ?? undefined;
  } catch {
    return undefined;
  }
}
