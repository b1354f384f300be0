/**
 * Whether the database is one that this version reads.
 *
 * @module
 */
import type { Database } from "../../store/database/database.ts";
import { SCHEMA, SCHEMA_VERSION } from "../../store/migrate.ts";
import type { Finding } from "./finding.ts";

const CHECK = "store";

/** Looks at the schema of an open database, and leaves it as it is. */
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
      message: "The database has no schema that Pollux knows",
      remedy: "Put the data folder back from a backup, or start afresh with another --data-dir",
    }];
  }
  const found = `schema ${value}, where this version has ${SCHEMA_VERSION}`;
  return value < SCHEMA_VERSION
    ? [{
      check: CHECK,
      severity: "warning",
      message: `The database is an older Pollux's (${found})`,
      remedy: "Stop that one; this one's serve brings it up to date, and keeps a copy",
    }]
    : [{
      check: CHECK,
      severity: "error",
      message: `The database is a newer Pollux's (${found})`,
      remedy: "Use that version, or another --data-dir",
    }];
}
