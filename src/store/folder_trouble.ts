/**
 * Why a data folder, or a file in it, cannot be used, with the cure: it belongs to another user, its disk
 * is full, or it can only be read.
 *
 * @module
 */
import { dirname } from "node:path";
import { reasonOf } from "./reason_of.ts";
import { StoreError } from "./store_error.ts";

/** What a trial writes, in bytes: no less than SQLite needs to open a database. */
const TRIAL_BYTES = 64 * 1024;

/** What the system calls it, and what to say. */
const BY_CODE: Readonly<Record<string, string>> = {
  ENOSPC: "its disk is full; free some space on it, and try again",
  EDQUOT: "the disk quota is used up; free some space, and try again",
  EROFS: "its file system is mounted for reading only; mount it for writing, or choose another " +
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

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : "";
}

/** What is said of a path, or its folder, that another user owns; undefined where nobody else does. */
function foreignOwner(path: string): string | undefined {
  const me = ownUid();
  if (me === undefined) return undefined;
  for (const place of [path, dirname(path)]) {
    const uid = uidOf(place);
    if (uid === undefined || uid === me) continue;
    const owner = uid === 0 ? "root, as after a run with sudo" : `another user (uid ${uid})`;
    return `"${place}" belongs to ${owner}; give it to the user who runs Pollux with ` +
      `sudo chown -R ${me} "${folderOf(place)}", or choose another folder with --data-dir`;
  }
  return undefined;
}

/** What is to be given back whole: the folder, where the place is a file in it. */
function folderOf(place: string): string {
  try {
    return Deno.statSync(place).isDirectory ? place : dirname(place);
  } catch {
    return place;
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
