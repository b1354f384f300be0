/**
 * An account as a row: the form in which the accounts hand it to whatever stores it. Neither side has to
 * know the other.
 *
 * @module
 */

/** A row. What `fields` and `secret` hold is not the store's to know. */
export interface AccountRow {
  readonly id: string;
  /** Unique among the rows. */
  readonly name: string;
  /** The public part, of JSON values; what this version does not know stays in it. */
  readonly fields: Readonly<Record<string, unknown>>;
  /**
   * The secret part as JSON text. Undefined when it cannot be opened: the row was damaged, or came from
   * another data folder.
   */
  readonly secret: string | undefined;
}

/** What to change in a row; what is left out stays as it is, byte for byte. */
export interface AccountRowChange {
  /** If another row has this name, nothing is changed at all. */
  readonly name?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly secret?: string;
  /** Whether its kept cool-downs go, in the same transaction. */
  readonly endsRests?: boolean;
}

/** What stores the rows. Each write is atomic, and is made to the row as it is at that moment. */
export interface AccountRowStore {
  /** Every row, ordered by id. */
  list(): Promise<readonly AccountRow[]>;
  /** The row of that name, if there is one. */
  find(name: string): Promise<AccountRow | undefined>;
  /** Adds a row; false when its name or id is taken: nothing was written then. */
  insert(row: AccountRow & { readonly secret: string }): Promise<boolean>;
  /**
   * Changes the row of that id.
   *
   * @param change Sees the row as it is now, and is called again when another process was faster. Returns
   * what to change, or undefined to leave the row alone.
   * @returns The row as it is afterwards; undefined when there is none.
   */
  update(
    id: string,
    change: (row: AccountRow) => AccountRowChange | undefined,
  ): Promise<AccountRow | undefined>;
  /** Removes the row of that id; false when there was none. */
  remove(id: string): Promise<boolean>;
  /** A number that grows with every change to any row, made by whatever process. */
  revision(): Promise<bigint>;
}
