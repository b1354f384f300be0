/**
 * State that outlives the process: conversations, cool-downs and everything else the gateway needs after a
 * restart. Each kind of state is declared once, as a {@linkcode KeptKind}; its user opens it with a
 * {@linkcode Keeper}, which provides restoring, write-behind, expiry, bounds and the changes of other gateways
 * on the same store.
 *
 * @module
 */

/** The declaration of a kind of kept state. `Value` is what a row holds in memory. */
export interface KeptKind<Value> {
  /** The rows' prefix in the store: `["v1", name, …key]`. Never changes once released. */
  readonly name: string;
  /** The name of the rows in messages, in the plural: "Cannot write sessions". */
  readonly label: string;
  /** The consequence for the user if the rows cannot be read at start, as the end of a sentence. */
  readonly ifUnread: string;
  /**
   * The remaining lifetime of a value at `nowMs`, in ms; `Infinity` if it never expires. An expired row is
   * deleted instead of written, and the store drops a written row some time after it expires.
   */
  leftMs(value: Value, nowMs: number): number;
  /** The value as JSON, as it is stored at `nowMs`, in ms since the epoch. */
  encode(value: Value, nowMs: number): unknown;
  /** Decodes a stored value at `nowMs`; undefined if this version does not understand it. */
  decode(stored: unknown, nowMs: number): Value | undefined;
  /** Whether a value can be longer than a row of the store; it is then split over up to nine rows. */
  readonly isLong?: boolean;
  /** Whether values are secrets: they are sealed in the store, and may be long as well. */
  readonly isSealed?: boolean;
  /** Longest time until a change is written, in ms. Default: a second. */
  readonly writeMs?: number;
  /**
   * Whether gateways on a shared store follow each other's changes. Default: yes. Rows that never change and are read
   * when they are named need no notice.
   */
  readonly isAnnounced?: boolean;
  /** How gateways on a shared store notify each other of changes. Default: by the keys of the rows. */
  readonly note?: KeptNote<Value>;
}

/**
 * Entries of one kind in the journal of a shared store. Without `encode`, an entry is the row's key, and other
 * gateways read the row; with `encode`, the entry contains the value and they need not read it.
 */
export interface KeptNote<Value> {
  /** The field of a journal's note that has the entries. Default: the kind's name. */
  readonly field: string;
  readonly encode?: (change: KeptChange<Value>) => readonly unknown[];
  /** Returns undefined if an entry is malformed. */
  readonly decode?: (entry: readonly unknown[]) => KeptChange<Value> | undefined;
}

/** A row: its key within the kind, of at most 1,000 bytes, and its value. */
export interface KeptRow<Value> {
  readonly key: readonly string[];
  readonly value: Value;
}

/** A change of a row; the value is undefined if the row was deleted. */
export interface KeptChange<Value> {
  readonly key: readonly string[];
  readonly value: Value | undefined;
}

/** The user of a kind, which holds the kind's rows in memory. */
export interface KeptUser<Value> {
  /** Receives rows that an earlier process stored, in batches. Rows put since the start are newer. */
  restore(rows: readonly KeptRow<Value>[]): void;
  /**
   * Receives the changes of other gateways, oldest first, and merges them with the rows in memory: as a rule
   * the change wins. Rows that this gateway changed and has not written yet are left out. A gateway also
   * receives its own changes, so that all gateways agree if two of them change one row at once.
   *
   * @param how `isNews`: the change was just made; otherwise the row was read again some time after the change.
   */
  adopt(changes: readonly KeptChange<Value>[], how: { readonly isNews: boolean }): void;
  /**
   * Called if changes, including deletions, may have been missed. All existing rows follow through `adopt()`.
   */
  forget?(): void;
}

/** Some rows of a kind: those whose keys begin with `under`, and whose next part is `from` or later, and before `until`. */
export interface KeptRange {
  readonly under: readonly string[];
  readonly from: string;
  readonly until: string;
}

/** The row that replaces others. */
export interface KeptSum<Value> {
  readonly key: readonly string[];
  /** Adds up the values of the rows that exist. */
  readonly sum: (values: readonly Value[]) => Value;
}

/** Writes and reads the rows of one kind. */
export interface KeptRows<Value> {
  /** Stores a row, replacing an older one. Write-behind: within about a second. */
  put(key: readonly string[], value: Value): void;
  /** Deletes a row. Write-behind as well. */
  delete(key: readonly string[]): void;
  /** When the oldest change that is not written yet was put, in ms since the epoch; undefined if all are written. */
  unwrittenSince(): number | undefined;
  /**
   * Reads one row: the value waiting to be written, else the stored value.
   *
   * @returns Undefined if there is none.
   * @throws When the store cannot be read.
   */
  read(key: readonly string[]): Promise<Value | undefined>;
  /** Passes every stored row to the user. Never rejects: failed reads are reported elsewhere. */
  restore(): Promise<void>;
  /**
   * Yields every stored row in the order of their keys, in batches as they are read; without changes that wait to be
   * written.
   *
   * @param range Only these rows are read.
   * @throws When the store cannot be read.
   */
  scan(range?: KeptRange): AsyncIterable<readonly KeptRow<Value>[]>;
  /**
   * Deletes rows at once: of many rows, none waits in memory.
   *
   * @param keys Keys without changes that wait to be written.
   * @throws When the store fails. Some rows may be deleted then.
   */
  remove(keys: readonly (readonly string[])[]): Promise<void>;
  /**
   * Replaces rows by their sum, in one transaction. The row of the sum may exist already: it is then one of the values.
   *
   * @param from Keys of up to 50 rows, without changes that wait to be written.
   * @returns False if another gateway changed one of them meanwhile: nothing was done.
   * @throws When the store fails.
   */
  merge(from: readonly (readonly string[])[], into: KeptSum<Value>): Promise<boolean>;
  /**
   * Stores a row at once, unless there is one. Other gateways are not notified.
   *
   * @returns Whether there was none: of several gateways that add the same row, one gets true.
   * @throws When the store fails.
   */
  add(key: readonly string[], value: Value): Promise<boolean>;
}

/** Opens kinds of state. */
export interface Keeper {
  /** Whether other gateways use the same store. */
  readonly isShared: boolean;
  /** Opens a kind; called once for each kind. */
  open<Value>(kind: KeptKind<Value>, user: KeptUser<Value>): KeptRows<Value>;
}
