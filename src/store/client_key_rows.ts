/**
 * Client keys in the database: one row each, an index that keeps names unique, and a revision that every change
 * increments, so that a running gateway notices changes of other processes. Since the revision never decreases, it
 * also shows that there ever was a key.
 *
 *     ["v1", "client_key", id]          → { name, fields }
 *     ["v1", "client_key_name", name]   → id
 *     ["v1", "client_key_removed", id]  → { name, fields }, for some time
 *     ["v1", "client_key_revision"]     → counter
 *
 * @module
 */
import type { AuditNote } from "../base/stored/audit_entry.ts";
import type {
  ClientKeyRemoval,
  ClientKeyRow,
  ClientKeyRowChange,
  ClientKeyRows,
  ClientKeyRowStore,
} from "../base/stored/client_key_row.ts";
import { LONGEST_NAME } from "../base/name_fault.ts";
import { isJsonObject } from "../base/json.ts";
import type { AuditRows } from "./audit_rows.ts";
import type { Database, Entry } from "./database/database.ts";
import { encodeRow, encodeValue } from "./database/stored_value.ts";

const ROW = ["v1", "client_key"] as const;
const NAME = ["v1", "client_key_name"] as const;
const REMOVED = ["v1", "client_key_removed"] as const;
const REVISION = ["v1", "client_key_revision"] as const;

/** The rows of client keys in one database. */
export class StoredClientKeys implements ClientKeyRowStore {
  readonly #database: Database;
  readonly #audit: AuditRows;

  constructor(database: Database, audit: AuditRows) {
    this.#database = database;
    this.#audit = audit;
  }

  /** Every row, ordered by id. */
  async list(): Promise<ClientKeyRows> {
    const [rows, removed] = await Promise.all([
      this.#database.list(ROW),
      this.#database.list(REMOVED),
    ]);
    return { rows: rows.map(rowOf), removed: removed.map(rowOf) };
  }

  /** The row of that name, if there is one. */
  async find(name: string): Promise<ClientKeyRow | undefined> {
    // It would not fit into a key of the database.
    if (name.length > LONGEST_NAME) return undefined;
    const { value } = await this.#database.get([...NAME, name]);
    if (typeof value !== "string") return undefined;
    const entry = await this.#database.get([...ROW, value]);
    return entry.versionstamp === null ? undefined : rowOf(entry);
  }

  /** Adds a row; returns false without writing if its name or id is taken. */
  async insert({ id, name, fields }: ClientKeyRow, audit?: AuditNote): Promise<boolean> {
    const key = [...ROW, id];
    const nameKey = [...NAME, name];
    return await this.#audit.commit(audit, (transaction) =>
      transaction
        .check({ key, versionstamp: null }, { key: nameKey, versionstamp: null })
        .set(key, encodeRow({ name, fields }))
        .set(nameKey, encodeValue(id))
        .sum(REVISION, 1n));
  }

  /** Changes the row of that id; nothing if another row has the new name. */
  async update(
    id: string,
    change: (row: ClientKeyRow) => ClientKeyRowChange,
  ): Promise<ClientKeyRow | undefined> {
    const outcome = await this.#database.settle(async () => {
      const entry = await this.#database.get([...ROW, id]);
      if (entry.versionstamp === null) return { row: undefined };
      const row = rowOf(entry);
      const { name, fields, audit } = change(row);
      const index = name === row.name ? undefined : await this.#database.get([...NAME, name]);
      if (index !== undefined && index.versionstamp !== null) return { row };
      const committed = await this.#audit.commit(audit, (transaction) => {
        transaction.check(entry).set(entry.key, encodeRow({ name, fields })).sum(REVISION, 1n);
        if (index === undefined) return;
        transaction.check(index).delete([...NAME, row.name]).set(index.key, encodeValue(id));
      });
      return committed ? { row: { id, name, fields } } : undefined;
    });
    return outcome.row;
  }

  /** Removes the row of that id, and keeps it among the removed ones for some time. */
  async remove(id: string, { keptMs, audit }: ClientKeyRemoval): Promise<boolean> {
    return await this.#database.settle(async () => {
      const entry = await this.#database.get([...ROW, id]);
      if (entry.versionstamp === null) return false;
      const { name, fields } = rowOf(entry);
      const committed = await this.#audit.commit(
        audit?.(name),
        (transaction) =>
          transaction.check(entry)
            .delete(entry.key)
            .delete([...NAME, name])
            .set([...REMOVED, id], encodeValue({ name, fields }), { expireIn: keptMs })
            .sum(REVISION, 1n),
      );
      return committed ? true : undefined;
    });
  }

  /** A number that grows with every change to any row, by any process; 0 if there never was a row. */
  revision(): Promise<bigint> {
    return this.#database.count(REVISION);
  }
}

function rowOf({ key, value }: Pick<Entry, "key" | "value">): ClientKeyRow {
  const { name, fields } = isJsonObject(value) ? value : {};
  return {
    id: String(key.at(-1)),
    name: typeof name === "string" ? name : "",
    fields: isJsonObject(fields) ? fields : {},
  };
}
