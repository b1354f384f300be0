/**
 * An account as a row: the form in which the accounts hand it to whatever stores it. So the accounts and the
 * store do not depend on each other.
 *
 * @module
 */
import type { AuditNote } from "./audit_entry.ts";

/** A row. The store does not interpret `fields` and `secret`. */
export interface AccountRow {
  readonly id: string;
  /** Unique among the rows. */
  readonly name: string;
  /** The public part, of JSON values; members unknown to this version are kept. */
  readonly fields: Readonly<Record<string, unknown>>;
  /**
   * The secret part as JSON text. Undefined if it cannot be decrypted: the row was damaged, or came from
   * another data folder.
   */
  readonly secret: string | undefined;
}

/** What to change in a row; members left out keep their bytes. */
export interface AccountRowChange {
  /** If another row has this name, the whole update is rejected. */
  readonly name?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly secret?: string;
  /** Whether the row's stored cool-downs are deleted in the same transaction. */
  readonly endsRests?: boolean;
  /** Entered in the audit log in the same transaction. */
  readonly audit?: AuditNote;
}

/** What stores the rows. Each write is atomic and applies to the row's current state. */
export interface AccountRowStore {
  /** Every row, ordered by id. */
  list(): Promise<readonly AccountRow[]>;
  /** The row of that name, if there is one. */
  find(name: string): Promise<AccountRow | undefined>;
  /**
   * Adds a row; returns false without writing if its name or id is taken.
   *
   * @param audit Entered in the audit log in the same transaction.
   */
  insert(row: AccountRow & { readonly secret: string }, audit?: AuditNote): Promise<boolean>;
  /**
   * Changes the row of that id.
   *
   * @param change Receives the current row; called again if another process changed the row first. Returns
   * what to change, or undefined to leave the row alone.
   * @returns The row as it is afterwards; undefined when there is none.
   */
  update(
    id: string,
    change: (row: AccountRow) => AccountRowChange | undefined,
  ): Promise<AccountRow | undefined>;
  /**
   * Removes the row of that id; false when there was none.
   *
   * @param audit Receives the row's name. What it returns is entered in the audit log in the same transaction.
   */
  remove(id: string, audit?: (name: string) => AuditNote): Promise<boolean>;
  /** A number that grows with every change to any row, by any process. */
  revision(): Promise<bigint>;
}
