/**
 * Files and folders that only their owner may touch. The mode is given at creation, so a file is at no
 * moment open to others.
 *
 * @module
 */
import { dirname } from "node:path";
import { troubleWith } from "./folder_trouble.ts";
import { StoreError } from "../store_error.ts";

/** Permission bits of group and others. */
const OTHERS = 0o077;

/** The same, without the one by which the group may read. */
const OTHERS_BUT_GROUP_READ = 0o037;

/** What {@linkcode refuseLooseMode} allows. */
export interface ModeRule {
  /** What `chmod` is to be given, for the message. */
  readonly wanted: "600" | "700";
  /** Whether the group may read. Default: no. */
  readonly groupMayRead?: boolean;
}

/**
 * Opens a file for reading and writing, making it with mode 0600 if it is not there.
 *
 * @throws {StoreError} when it cannot be opened, or its mode is looser than 0600.
 */
export function openPrivateFile(path: string): Deno.FsFile {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch (cause) {
    throw new StoreError(`Cannot open "${path}": ${troubleWith(path, cause)}`, { cause });
  }
  try {
    giveToFoldersOwner(path, file.statSync());
    refuseLooseMode(path, file.statSync(), { wanted: "600" });
  } catch (error) {
    file.close();
    throw error;
  }
  return file;
}

/**
 * Puts a file of mode 0600 in the place of what is there: in full or not at all, and for good when it
 * returns. A process that dies before leaves at most the file with `.part` at its name's end.
 *
 * @throws {StoreError} when it cannot be written.
 */
export function writePrivateFile(path: string, bytes: Uint8Array): void {
  const part = `${path}.part`;
  try {
    createPrivateFile(part, bytes);
    Deno.renameSync(part, path);
    syncFolderOf(path);
  } catch (cause) {
    throw new StoreError(`Cannot write "${path}": ${troubleWith(path, cause)}`, { cause });
  }
}

/** Refuses what group or others may touch, as ssh does. Windows has no such modes. */
export function refuseLooseMode(
  path: string,
  { mode }: Pick<Deno.FileInfo, "mode">,
  { wanted, groupMayRead }: ModeRule,
): void {
  const refused = groupMayRead ? OTHERS_BUT_GROUP_READ : OTHERS;
  if (Deno.build.os === "windows" || mode === null || (mode & refused) === 0) return;
  const found = (mode & 0o777).toString(8).padStart(4, "0");
  throw new StoreError(
    `"${path}" is open to other users of this machine (mode ${found}); ` +
      `close it with: chmod ${wanted} "${path}"`,
  );
}

/** Whether there is something of that name. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Makes a rename or a removal in the folder of `path` last through a power cut. */
export function syncFolderOf(path: string): void {
  // Windows opens no folders, and needs no such help.
  if (Deno.build.os === "windows") return;
  using folder = Deno.openSync(dirname(path));
  folder.syncSync();
}

/** Removes a file, or a link however dead, if there is one of that name. */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * What root makes in a user's folder is the user's: a lock that is left behind must not shut the user
 * out. SQLite does the same with the files that it makes.
 */
export function giveToFoldersOwner(path: string, { uid }: Pick<Deno.FileInfo, "uid">): void {
  if (Deno.build.os === "windows" || uid !== 0) return;
  const owner = Deno.statSync(dirname(path));
  if (owner.uid === null || owner.uid === 0) return;
  try {
    Deno.chownSync(path, owner.uid, owner.gid);
  } catch {
    // Not root after all: it was another time. What can be opened can be used.
  }
}

/** Writes a new file to the disk, in the place of one that a dead process left. */
function createPrivateFile(path: string, bytes: Uint8Array): void {
  removeIfThere(path);
  using file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  giveToFoldersOwner(path, file.statSync());
  for (let written = 0; written < bytes.length;) {
    written += file.writeSync(bytes.subarray(written));
  }
  file.syncSync();
}
