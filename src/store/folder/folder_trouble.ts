/**
 * Why a data folder, or a file in it, cannot be used, with the cure: it belongs to another user, its disk
 * is full, or it can only be read.
 *
 * @module
 */
import { dirname } from "node:path";
import { reasonOf } from "./reason_of.ts";
import { StoreError } from "../store_error.ts";

/** What a trial writes, in bytes: no less than SQLite needs to open a database. */
const TRIAL_BYTES = 64 * 1024;

/** What the system calls it, and what to say. */
const BY_CODE: Readonly<Record<string, string>> = {
  ENOSPC: "its disk is full; free some space on it, and try again",
  EDQUOT: "the disk quota is used up; free some space, and try again",
  EROFS: "its file system is mounted read-only; mount it for writing, or choose another " +
    "folder with --data-dir",
};

/**
 * The reason, as the end of a message that names the path, and behind a `;` the cure where there is one
 * for certain.
 *
 * @param path What was to be opened, made or written.
 * @param cause What the system threw.
 */
export function troubleWith(path: string, cause: unknown): string {
  const known = BY_CODE[codeOf(cause)];
  if (known !== undefined) return known;
  if (cause instanceof Deno.errors.PermissionDenied) {
    const foreign = foreignOwner(path);
    if (foreign !== undefined) return foreign;
  }
  return reasonOf(cause);
}

/**
 * Writes a file into a folder and removes it: only that tells of a full disk, and of a file system that
 * is mounted for reading.
 *
 * @throws {StoreError} with reason and cure.
 */
export function tryToWriteIn(folder: string): void {
  let path: string | undefined;
  try {
    path = Deno.makeTempFileSync({ dir: folder, prefix: "trial-" });
    Deno.writeFileSync(path, new Uint8Array(TRIAL_BYTES));
  } catch (cause) {
    throw new StoreError(`Cannot write in "${folder}": ${troubleWith(folder, cause)}`, { cause });
  } finally {
    if (path !== undefined) Deno.removeSync(path);
  }
}

/**
 * Finds out whether a folder that is not there can be made, by a trial in the nearest folder above it.
 *
 * @throws {StoreError} with reason and, where there is one for certain, the cure.
 */
export function tryToMake(folder: string): void {
  const above = nearestExisting(folder);
  let trial: string | undefined;
  try {
    trial = Deno.makeTempDirSync({ dir: above, prefix: "trial-" });
    tryToWriteIn(trial);
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw new StoreError(`"${folder}" cannot be made: ${troubleWith(folder, cause)}`, { cause });
  } finally {
    if (trial !== undefined) Deno.removeSync(trial);
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : "";
}

/** What is said of a path, or the folder that it would be in, of another user; undefined where it is one's own. */
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
 * What the user may be told to take over whole: the highest folder of others that lies in one of the
 * user's own, or else the folder that was asked for itself. Undefined for all others, such as `/var/lib`,
 * which a `chown -R` would take from the system.
 */
function toGiveBack(
  place: string,
  { me, isAskedFor }: { readonly me: number; readonly isAskedFor: boolean },
): string | undefined {
  let folder = place;
  for (let above = dirname(folder); above !== folder; above = dirname(folder)) {
    // A file's folder is given back with it, since other files of it are likely to be as foreign.
    if (uidOf(above) === me) return isFolder(folder) ? folder : above;
    folder = above;
  }
  return isAskedFor && isFolder(place) ? place : undefined;
}

/** The path itself, or the nearest of the folders above it that is there. */
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

/** The user's number, by the owner of a file that is made for it: to ask needs one more permission. */
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
