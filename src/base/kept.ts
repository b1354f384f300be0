/**
 * State that outlives the process: conversations, cool-downs and whatever else the gateway has to know
 * again after a restart. A kind of it is declared once, as a {@linkcode KeptKind}; its user opens it at
 * a {@linkcode Keeper}, and gets restoring, write-behind, expiry, bounds and the changes of other
 * gateways on the same store.
 *
 * @module
 */

/** A kind of kept state, declared. `Value` is what a row holds in memory. */
export interface KeptKind<Value> {
  /** The rows' prefix in the store: `["v1", name, …key]`. Never changes once released. */
  readonly name: string;
  /** What messages call the rows, in the plural: "Cannot write sessions". */
  readonly label: string;
  /** What a user is to expect when the rows cannot be read at start, as the end of a sentence. */
  readonly ifUnread: string;
  /**
   * How long a value still lasts at `nowMs`, in ms; `Infinity` for ever. A row that is over is deleted
   * instead of written, and the store drops a written one some time after its end.
   */
  leftMs(value: Value, nowMs: number): number;
  /** The value as JSON, as the store keeps it from `nowMs` on, in ms since the epoch. */
  encode(value: Value, nowMs: number): unknown;
  /** What was stored, read at `nowMs`; undefined where this version does not understand it. */
  decode(stored: unknown, nowMs: number): Value | undefined;
  /** Whether a value can be longer than a row of the store; it is split over up to nine rows then. */
  readonly isLong?: boolean;
  /** Whether values are secrets: they are sealed in the store, and may be long as well. */
  readonly isSealed?: boolean;
  /** How gateways on a shared store tell each other of changes, unless by the keys of the rows. */
  readonly note?: KeptNote<Value>;
}

/**
 * Entries of one kind in the journal of a shared store. Without an `encode` of its own, an entry is the
 * key of the row, and other gateways read the row; with one, they need not.
 */
export interface KeptNote<Value> {
  /** The field of a journal's note that has the entries. Default: the kind's name. */
  readonly field: string;
  readonly encode?: (change: KeptChange<Value>) => readonly unknown[];
  /** Undefined where an entry is malformed. */
  readonly decode?: (entry: readonly unknown[]) => KeptChange<Value> | undefined;
}

/** A row: its key within the kind, of at most 1,000 bytes, and its value. */
export interface KeptRow<Value> {
  readonly key: readonly string[];
  readonly value: Value;
}

/** What became of a row; the value is undefined where it was deleted. */
export interface KeptChange<Value> {
  readonly key: readonly string[];
  readonly value: Value | undefined;
}

/** The user of a kind, which has its rows in memory. */
export interface KeptUser<Value> {
  /** Takes rows that an earlier process kept, some at a time. What was put since then is newer. */
  restore(rows: readonly KeptRow<Value>[]): void;
  /**
   * Takes what other gateways changed, oldest first, and merges it with what is in memory: as a rule the
   * change wins. Rows that this gateway has changed and not written yet are left out. A gateway reads
   * its own changes as well, so that all gateways agree where two of them change one row at once.
   *
   * @param how `isNews`: changed just now; otherwise read anew at some time after the change.
   */
  adopt(changes: readonly KeptChange<Value>[], how: { readonly isNews: boolean }): void;
  /** Changes were missed, deletions among them. The rows that there are follow through `adopt()`. */
  forget?(): void;
}

/** The rows of one kind, as their user writes and reads them. */
export interface KeptRows<Value> {
  /** Keeps a row, in place of an older one. Written behind: within about a second. */
  put(key: readonly string[], value: Value): void;
  /** Deletes a row. Written behind as well. */
  delete(key: readonly string[]): void;
  /**
   * Reads one row: what is yet to be written, else what the store has.
   *
   * @returns Undefined where there is none.
   * @throws When the store cannot be read.
   */
  read(key: readonly string[]): Promise<Value | undefined>;
  /** Hands the user every row that was kept. Never rejects: that a read failed is told elsewhere. */
  restore(): Promise<void>;
}

/** Where kinds of state are opened. */
export interface Keeper {
  /** Opens a kind, which its user does once. */
  open<Value>(kind: KeptKind<Value>, user: KeptUser<Value>): KeptRows<Value>;
}
