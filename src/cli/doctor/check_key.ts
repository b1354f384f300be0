/**
 * Checks whether the sealing key exists and is the right one.
 *
 * @module
 */
import type { Database } from "../../store/database/database.ts";
import type { KeySource } from "../../store/sealing/key_source.ts";
import { exists } from "../../store/folder/private_file.ts";
import { SEALING, Sealing } from "../../store/sealing/sealing.ts";
import { type Finding, findingOf } from "./finding.ts";

const CHECK = "key";

/** Tries the key on an open database of this version's schema; never makes a key. */
export async function checkKey(
  database: Database,
  source: KeySource,
): Promise<readonly Finding[]> {
  const { path, isOurs } = source;
  const origin = isOurs
    ? "Pollux's own, in the data folder"
    : "named by the environment, or given by the service manager";
  try {
    const isSealed = (await database.get(SEALING)).versionstamp !== null;
    if (!isSealed && isOurs && !exists(path)) {
      return [{
        check: CHECK,
        severity: "note",
        message: "Nothing is sealed yet; there is no key",
      }];
    }
    source.load({ mayCreate: false });
    if (isSealed) await Sealing.open(database, source);
  } catch (error) {
    return [findingOf(error, { check: CHECK, remedy: "Put the key back from a backup" })];
  }
  return [{ check: CHECK, severity: "ok", message: `"${path}" fits (${origin})` }];
}
