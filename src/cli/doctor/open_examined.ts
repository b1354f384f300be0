/**
 * Opens a store only after the checks found it valid: the checks make nothing and migrate nothing.
 *
 * @module
 */
import { type DataFolder, openDataFolder } from "../../store/folder/data_folder.ts";
import { findKeySource } from "../../store/sealing/key_source.ts";
import { lostDatabase, refuseLostDatabase } from "../../store/folder/lost_database.ts";
import {
  type FolderLocation,
  openDatabase,
  openStore,
  type Store,
} from "../../store/open_store.ts";
import { exists } from "../../store/folder/private_file.ts";
import { StoreError } from "../../store/store_error.ts";
import type { SharedLocation } from "../../store/store_parts.ts";
import { checkKey } from "./check_key.ts";
import { checkStore } from "./check_store.ts";
import { type Finding, findingOf, worstOf } from "./finding.ts";

const FROM_BACKUP = "Put the data folder back from a backup";
const UNUSABLE = "Not checked, because the data folder cannot be used";

/** The findings, and the store if it can be used. */
export interface Examined {
  readonly findings: readonly Finding[];
  /** Whether nothing is stored yet, so that there is no account. */
  readonly isNew: boolean;
  /** The caller must close it. */
  readonly store: Store | undefined;
}

/** Checks the database and key of a store, and opens it if both are valid. */
export async function openExamined(location: FolderLocation | SharedLocation): Promise<Examined> {
  if ("url" in location) return await openShared(location);
  let folder: DataFolder;
  try {
    if (!exists(location.dataDir)) {
      return untouched({ isNew: true, message: "There is no database yet" });
    }
    folder = openDataFolder(location.dataDir);
  } catch {
    return untouched({ isNew: false, message: UNUSABLE });
  }
  try {
    refuseLostDatabase(folder);
    if (!exists(folder.database)) {
      return untouched({ isNew: true, message: "There is no database yet" });
    }
  } catch (error) {
    // The folder cannot be entered: its own check says why, and a backup would not help.
    if (!(error instanceof StoreError)) return untouched({ isNew: false, message: UNUSABLE });
    const findings = [findingOf(error, { check: "store", remedy: FROM_BACKUP })];
    return { findings, isNew: false, store: undefined };
  }
  const findings = await examine(folder, location);
  const isNew = worstOf(findings) === "note";
  const isGood = worstOf(findings) === "ok";
  return { findings, isNew, store: isGood ? await openStore(location) : undefined };
}

/** A server maintains a shared store: either it can be opened, or the error says why not. */
async function openShared(location: SharedLocation): Promise<Examined> {
  const check = "store";
  try {
    const store = await openStore(location);
    const message = `"${location.url}" responds, and the key is right`;
    return { findings: [{ check, severity: "ok", message }], isNew: false, store };
  } catch (error) {
    const remedy = "Check store.url, and the server that it names";
    return { findings: [findingOf(error, { check, remedy })], isNew: false, store: undefined };
  }
}

async function examine(
  folder: DataFolder,
  location: FolderLocation,
): Promise<readonly Finding[]> {
  let opened: Awaited<ReturnType<typeof openDatabase>>;
  try {
    opened = await openDatabase(folder);
  } catch (error) {
    return [findingOf(error, { check: "store", remedy: FROM_BACKUP })];
  }
  const { database, wasThere } = opened;
  try {
    const findings = await checkStore(database);
    if (wasThere && worstOf(findings) === "note") {
      const lost = lostDatabase(folder, "holds nothing");
      return [findingOf(lost, { check: "store", remedy: FROM_BACKUP })];
    }
    // The key can be tried only on rows of this version's layout.
    if (worstOf(findings) !== "ok") return findings;
    return [...findings, ...await checkKey(database, findKeySource(folder, location))];
  } finally {
    database.close();
  }
}

function untouched({ isNew, message }: { isNew: boolean; message: string }): Examined {
  return { findings: [{ check: "store", severity: "note", message }], isNew, store: undefined };
}
