/**
 * Checks whether this version can read the database.
 *
 * @module
 */
import type { Database } from "../../store/database/database.ts";
import { SCHEMA, SCHEMA_VERSION } from "../../store/migrate.ts";
import type { Finding } from "./finding.ts";

const CHECK = "store";

/** Checks the schema of an open database; changes nothing. */
export async function checkStore(database: Database): Promise<readonly Finding[]> {
  const { value, versionstamp } = await database.get(SCHEMA);
  if (versionstamp === null) {
    return [{ check: CHECK, severity: "note", message: "The database is empty" }];
  }
  if (value === SCHEMA_VERSION) {
    return [{ check: CHECK, severity: "ok", message: `The database opens, at schema ${value}` }];
  }
  if (typeof value !== "number") {
    return [{
      check: CHECK,
      severity: "error",
      message: "Pollux does not know the database's schema",
      remedy: "Put the data folder back from a backup, or use another --data-dir",
    }];
  }
  const found = `schema ${value}; this version has ${SCHEMA_VERSION}`;
  return value < SCHEMA_VERSION
    ? [{
      check: CHECK,
      severity: "warning",
      message: `An older Pollux wrote the database (${found})`,
      remedy: "Stop the older one; this version's serve upgrades the database, and keeps a copy",
    }]
    : [{
      check: CHECK,
      severity: "error",
      message: `A newer Pollux wrote the database (${found})`,
      remedy: "Use that version, or another --data-dir",
    }];
}
