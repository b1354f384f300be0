/**
 * The file of a client: read with care, and replaced at once or not at all.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import {
  giveToFoldersOwner,
  removeIfThere,
  syncFolderOf,
} from "../../../store/folder/private_file.ts";
import { reasonOf } from "../../../store/folder/reason_of.ts";
import { makeFolder } from "../../service/make_if_missing.ts";

/** Most bytes of a file: far more than any settings have. */
const MOST_BYTES = 1024 * 1024;

/** The owner's permission to write. */
const OWNER_WRITES = 0o200;

/** A file as it was found. */
export interface SettingsFile {
  /** As the client names it. */
  readonly path: string;
  /** The same, or where a symbolic link leads. */
  readonly target: string;
  /** Undefined if there is no file. */
  readonly bytes: Uint8Array | undefined;
  /** Permissions and owner of the file that is there. */
  readonly info: Pick<Deno.FileInfo, "mode" | "uid" | "gid"> | undefined;
  /** Folders on the way to the file that are missing, the outermost first. */
  readonly missing: readonly string[];
}

/**
 * Reads a file, which may be missing.
 *
 * @throws {Error} when something else is there, or Pollux may not write it.
 */
export function readSettingsFile(path: string): SettingsFile {
  try {
    const target = targetOf(path);
    const info = target === undefined ? undefined : Deno.statSync(target);
    if (target === undefined || info === undefined) {
      const missing = missingFolders(dirname(path));
      return { path, target: path, bytes: undefined, info: undefined, missing };
    }
    if (!info.isFile) throw refusal(path, info.isDirectory ? "it is a folder" : "it is not a file");
    if (info.size > MOST_BYTES) throw refusal(path, `it has more than ${MOST_BYTES} bytes`);
    if (info.mode !== null && (info.mode & OWNER_WRITES) === 0) {
      throw refusal(path, "it is read-only");
    }
    return { path, target, bytes: Deno.readFileSync(target), info, missing: [] };
  } catch (error) {
    if (error instanceof UnfitFile) throw error;
    throw refusal(path, reasonOf(error));
  }
}

/** Where the file is; undefined if there is none. */
function targetOf(path: string): string | undefined {
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  if (!info.isSymlink) return path;
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw refusal(path, "it is a symbolic link that leads to no file");
  }
}

/** Thrown when a file is not one that Pollux changes. */
class UnfitFile extends Error {
  override readonly name = "UnfitFile";
}

function refusal(path: string, why: string): UnfitFile {
  return new UnfitFile(`"${path}" stays as it is: ${why}`);
}

/**
 * Replaces the file at once; a link stays a link. Permissions and owner stay, and a new file is for its owner alone.
 *
 * @throws {Error} when the file is no longer as it was read, or cannot be written.
 */
export async function writeSettingsFile(file: SettingsFile, bytes: Uint8Array): Promise<void> {
  const { path, target, info } = file;
  checkUnchanged(file);
  const folder = dirname(target);
  await makeFolder(folder, { mode: 0o700 });
  const draft = draftOf(target);
  try {
    removeIfThere(draft);
    writeDraft(draft, { bytes, info });
    // As late as possible: what was changed since is not lost.
    checkUnchanged(file);
    Deno.renameSync(draft, target);
    syncFolderOf(target);
  } catch (cause) {
    removeIfThere(draft);
    if (cause instanceof UnfitFile) throw cause;
    throw new Error(`Cannot write "${path}": ${reasonOf(cause)}`, { cause });
  }
}

/** Where the new bytes are first. A process that dies leaves it, and the next one that changes the file removes it. */
function draftOf(target: string): string {
  return join(dirname(target), `.${basename(target)}.pollux.part`);
}

/**
 * Removes the file, and the folders that are empty then.
 *
 * @param folders Those that may be removed, the outermost first.
 * @throws {Error} when the file is no longer as it was read, or cannot be removed.
 */
export function removeSettingsFile(file: SettingsFile, folders: readonly string[]): void {
  checkUnchanged(file);
  removeDraft(file);
  if (file.bytes !== undefined) Deno.removeSync(file.target);
  // A link to it would lead nowhere.
  if (file.target !== file.path) removeIfThere(file.path);
  for (const folder of folders.toReversed()) {
    try {
      // Only an empty one.
      Deno.removeSync(folder);
    } catch {
      return;
    }
  }
}

/** Removes what a process that died while it wrote the file may have left beside it. */
export function removeDraft({ target }: SettingsFile): void {
  removeIfThere(draftOf(target));
}

/**
 * Looks whether the file is as it was read.
 *
 * @throws {Error} when it is not.
 */
export function checkUnchanged(file: SettingsFile): void {
  const { target, bytes } = readSettingsFile(file.path);
  if (target === file.target && isSame(bytes, file.bytes)) return;
  throw refusal(file.path, "another program has just changed it; look at it, and try again");
}

/** Whether both are the same bytes, or both undefined. */
export function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function writeDraft(
  draft: string,
  { bytes, info }: Pick<SettingsFile, "info"> & { readonly bytes: Uint8Array },
): void {
  using file = Deno.openSync(draft, { write: true, createNew: true, mode: 0o600 });
  for (let written = 0; written < bytes.length;) {
    written += file.writeSync(bytes.subarray(written));
  }
  const own = file.statSync();
  if (info === undefined) giveToFoldersOwner(draft, own);
  else if (Deno.build.os !== "windows") {
    if (info.uid !== own.uid || info.gid !== own.gid) Deno.chownSync(draft, info.uid, info.gid);
    if (info.mode !== null) Deno.chmodSync(draft, info.mode & 0o7777);
  }
  file.syncSync();
}

function missingFolders(folder: string): readonly string[] {
  try {
    Deno.statSync(folder);
    return [];
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const parent = dirname(folder);
  return parent === folder ? [] : [...missingFolders(parent), folder];
}
