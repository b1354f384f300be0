/**
 * A client key as a row: the form in which the keys hand it to whatever stores it. So the keys and the store do not
 * depend on each other.
 *
 * @module
 */
import type { AuditNote } from "./audit_entry.ts";

/** A row. The store does not interpret `fields`. */
export interface ClientKeyRow {
  readonly id: string;
  /** Unique among the rows. */
  readonly name: string;
  /** JSON values; members unknown to this version are kept. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a row becomes. */
export interface ClientKeyRowChange extends Omit<ClientKeyRow, "id"> {
  /** Entered in the audit log in the same transaction. */
  readonly audit?: AuditNote;
}

/** How a row is removed. */
export interface ClientKeyRemoval {
  /** For how long it is kept among the removed ones, in ms. */
  readonly keptMs: number;
  /** Receives the row's name. What it returns is entered in the audit log in the same transaction. */
  readonly audit?: (name: string) => AuditNote;
}

/** All rows, read at once. */
export interface ClientKeyRows {
  readonly rows: readonly ClientKeyRow[];
  /** Removed rows that are not forgotten yet. */
  readonly removed: readonly ClientKeyRow[];
}

/** What stores the rows. Each write is atomic, durable when it resolves, and applies to the row's current state. */
export interface ClientKeyRowStore {
  /** Every row, ordered by id. */
  list(): Promise<ClientKeyRows>;
  /** The row of that name, if there is one. */
  find(name: string): Promise<ClientKeyRow | undefined>;
  /**
   * Adds a row; returns false without writing if its name or id is taken.
   *
   * @param audit Entered in the audit log in the same transaction.
   */
  insert(row: ClientKeyRow, audit?: AuditNote): Promise<boolean>;
  /**
   * Changes the row of that id.
   *
   * @param change Receives the current row; called again if another process changed the row first. If another row
   * has the new name, nothing is changed.
   * @returns The row as it is afterwards; undefined if there is none.
   */
  update(
    id: string,
    change: (row: ClientKeyRow) => ClientKeyRowChange,
  ): Promise<ClientKeyRow | undefined>;
  /**
   * Removes the row of that id, and keeps it among the removed ones for some time.
   *
   * @returns False if there was none.
   */
  remove(id: string, removal: ClientKeyRemoval): Promise<boolean>;
  /** A number that grows with every change to any row, by any process; 0 if there never was a row. */
  revision(): Promise<bigint>;
}
