/**
 * Checks whether the data folder exists, is writable, and is inaccessible to other users.
 *
 * @module
 */
import { join } from "node:path";
import { StoreError } from "../../store/store_error.ts";
import { tryToMake, tryToWriteIn, unusableReason } from "../../store/folder/unusable_path.ts";
import { reasonOf } from "../../store/folder/reason_of.ts";
import { tryDataLock } from "../../store/folder/data_lock.ts";
import { type Finding, findingOf } from "./finding.ts";

const CHECK = "data folder";

const REMEDY = "Make it a folder that you own and can write, or choose another with --data-dir";

/** Permission bits of group and others. */
const OTHERS = 0o077;

/** Checks the folder and everything in it; changes nothing. */
export async function checkDataFolder(path: string): Promise<readonly Finding[]> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (error) {
    return [error instanceof Deno.errors.NotFound ? missing(path) : unusable(path, error)];
  }
  if (!info.isDirectory) return [unusable(path, new Error("it is a file"))];
  try {
    const paths = [path, ...await pathsIn(path)];
    const loose = Deno.build.os === "windows" ? [] : await looseModes(paths);
    if (loose.length > 0) return loose;
    tryToWriteIn(path);
    // Takes the lock as serve does; another gateway may hold it.
    tryDataLock(path)?.[Symbol.dispose]();
  } catch (error) {
    return [unusable(path, error)];
  }
  const closed = Deno.build.os === "windows"
    ? "modes are not checked on Windows"
    : "other users cannot read it or its files";
  return [{ check: CHECK, severity: "ok", message: `"${path}" is writable, and ${closed}` }];
}

async function looseModes(paths: readonly string[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const path of paths) {
    const info = await statIfThere(path);
    if (info?.mode == null || (info.mode & OTHERS) === 0) continue;
    const { mode, isDirectory } = info;
    const found = (mode & 0o777).toString(8).padStart(4, "0");
    findings.push({
      check: CHECK,
      severity: "error",
      message: `"${path}" is open to other users of this machine (mode ${found})`,
      remedy: `chmod ${isDirectory ? "700" : "600"} "${path}"`,
    });
  }
  return findings;
}

/** SQLite deletes the database's helper files when the last process closes it. */
async function statIfThere(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Lists a folder recursively; links are left out, since they have no permissions of their own. */
async function pathsIn(folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (!isSymlink) paths.push(path);
    if (isDirectory) paths.push(...await pathsIn(path));
  }
  return paths;
}

/** The finding for a missing folder, which is fine if it can be made. */
function missing(path: string): Finding {
  try {
    tryToMake(path);
  } catch (error) {
    return findingOf(error, { check: CHECK, remedy: REMEDY });
  }
  return {
    check: CHECK,
    severity: "note",
    message: `"${path}" does not exist yet; the first account creates it`,
  };
}

function unusable(path: string, error: unknown): Finding {
  if (error instanceof StoreError) return findingOf(error, { check: CHECK, remedy: REMEDY });
  if (error instanceof Deno.errors.PermissionDenied) {
    const cause = new Error(`"${path}" cannot be used: ${unusableReason(path, error)}`);
    return findingOf(cause, { check: CHECK, remedy: REMEDY });
  }
  return {
    check: CHECK,
    severity: "error",
    message: `"${path}" cannot be used: ${reasonOf(error)}`,
    remedy: REMEDY,
  };
}
