/**
 * Files and folders that only their owner may access. The mode is set at creation, so a file is never
 * accessible to others.
 *
 * @module
 */
import { dirname } from "node:path";
import { unusableReason } from "./unusable_path.ts";
import { StoreError } from "../store_error.ts";

/** Permission bits of group and others. */
const OTHERS = 0o077;

/** The same, without the group's read permission. */
const OTHERS_BUT_GROUP_READ = 0o037;

/** What {@linkcode refuseLooseMode} allows. */
export interface ModeRule {
  /** The argument of `chmod`, for the message. */
  readonly wanted: "600" | "700";
  /** Whether the group may read. Default: no. */
  readonly groupMayRead?: boolean;
}

/**
 * Opens a file for reading and writing; makes it with mode 0600 if it is missing.
 *
 * @throws {StoreError} when it cannot be opened, or its mode is looser than 0600.
 */
export function openPrivateFile(path: string): Deno.FsFile {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch (cause) {
    throw new StoreError(`Cannot open "${path}": ${unusableReason(path, cause)}`, { cause });
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
 * Replaces a file atomically with one of mode 0600, which is durable on return. A process that dies
 * earlier leaves at most a file whose name ends with `.part`.
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
    throw new StoreError(`Cannot write "${path}": ${unusableReason(path, cause)}`, { cause });
  }
}

/** Refuses a file that group or others may access, as ssh does. Windows has no such modes. */
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

/** Whether the path exists. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Syncs the folder of `path`, so that a rename or removal in it survives a power failure. */
export function syncFolderOf(path: string): void {
  // Windows cannot open folders, and does not need this.
  if (Deno.build.os === "windows") return;
  using folder = Deno.openSync(dirname(path));
  folder.syncSync();
}

/** Removes a file or link, even a broken one, if it exists. */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Gives a file that root makes in a user's folder to the user: a lock file that stays must not lock the
 * user out. SQLite does the same with its files.
 */
export function giveToFoldersOwner(path: string, { uid }: Pick<Deno.FileInfo, "uid">): void {
  if (Deno.build.os === "windows" || uid !== 0) return;
  const owner = Deno.statSync(dirname(path));
  if (owner.uid === null || owner.uid === 0) return;
  try {
    Deno.chownSync(path, owner.uid, owner.gid);
  } catch {
    // This process is not root: root made the file earlier. It can be used, since it could be opened.
  }
}

/** Writes a new file to the disk, replacing one that a dead process left. */
function createPrivateFile(path: string, bytes: Uint8Array): void {
  removeIfThere(path);
  using file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  giveToFoldersOwner(path, file.statSync());
  for (let written = 0; written < bytes.length;) {
    written += file.writeSync(bytes.subarray(written));
  }
  file.syncSync();
}
