/**
 * The key under which the secrets of a database are sealed, and the change to another key, during which
 * the process may be killed at any time and others may write:
 *
 *     ["v1", "sealing"]  → { keyId, change?: { keyId, key, formerKey } }
 *
 * Without `change`, everything is sealed under the key of that id. With it, each row is sealed under that
 * key or under the one of `change.keyId`, and each of the two keys is stored sealed under the other: so
 * either key opens everything, until one write finishes the change. Every transaction that writes a sealed
 * text checks this row, so nothing is sealed under a key that was replaced meanwhile.
 *
 * @module
 */
import type { Database, Entry } from "../database/database.ts";
import type { KeySource } from "./key_source.ts";
import { keyIdOf, Seal } from "./seal.ts";
import { otherKey } from "./seal_key.ts";
import { StoreError } from "../store_error.ts";
import { encodeValue } from "../database/stored_value.ts";

/** The key of the row; the first migration writes it as well. */
export const SEALING = ["v1", "sealing"] as const;

/** The row id that is bound into the two sealed keys. */
const CHANGE_ID = "sealing_change";

/** The row as stored in the database. */
interface StoredSealing {
  readonly keyId: string;
  readonly change?: StoredChange;
}

interface StoredChange {
  /** The id of the new key. */
  readonly keyId: string;
  /** The new key, sealed under the former one. */
  readonly key: string;
  /** The former key, sealed under the new one. */
  readonly formerKey: string;
}

/** A known key: its bytes and the seal that uses it. */
interface KnownKey {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly seal: Seal;
}

/** The row when it was read, and the keys that it gives access to. */
interface Known {
  readonly entry: Entry;
  readonly keys: ReadonlyMap<string, KnownKey>;
  /** The key that new texts are sealed under. */
  readonly current: KnownKey;
  readonly isChanging: boolean;
}

/** The sealing of one database. */
export class Sealing {
  readonly #database: Database;
  readonly #source: KeySource;
  #known: Known;

  private constructor(database: Database, source: KeySource, known: Known) {
    this.#database = database;
    this.#source = source;
    this.#known = known;
  }

  /**
   * Opens the sealing of a database; initializes that of a new one.
   *
   * @throws {StoreError} when the key is missing or not the right one.
   */
  static async open(database: Database, source: KeySource): Promise<Sealing> {
    return new Sealing(database, source, await readKnown(database, source, new Map()));
  }

  /** The check for every transaction that writes a text sealed after this was read. */
  get entry(): Entry {
    return this.#known.entry;
  }

  /** The id of the key that texts are sealed under. */
  get keyId(): string {
    return this.#known.current.seal.keyId;
  }

  /** Whether a change of the key is in progress. */
  get isChanging(): boolean {
    return this.#known.isChanging;
  }

  /** Seals a text for the row of that id. */
  async seal(text: string, rowId: string): Promise<string> {
    return await this.#known.current.seal.seal(text, rowId);
  }

  /**
   * Opens a sealed text.
   *
   * @returns The text; undefined if it cannot be opened, for whatever reason.
   * @throws {StoreError} when the key was changed meanwhile, and this process cannot read the new one.
   */
  async open(sealed: string, rowId: string): Promise<string | undefined> {
    const keyId = keyIdOf(sealed);
    if (keyId === undefined) return undefined;
    if (!this.#known.keys.has(keyId)) await this.renew(this.#known.entry);
    return await this.#known.keys.get(keyId)?.seal.open(sealed, rowId);
  }

  /**
   * Checks whether another process has changed the key since `entry` was read, and adopts the change.
   *
   * @returns True if it has: what was sealed since must be sealed again.
   * @throws {StoreError} when this process cannot read the new key.
   */
  async renew(entry: Entry): Promise<boolean> {
    const found = await this.#database.get(SEALING);
    if (found.versionstamp !== this.#known.entry.versionstamp) {
      this.#known = await readKnown(this.#database, this.#source, this.#known.keys);
    }
    return this.#known.entry.versionstamp !== entry.versionstamp;
  }

  /**
   * Begins a change: from now on texts are sealed under that key, and those of the current one can still
   * be opened. A change in progress is reversed if that key is its former one, and continued if it is its
   * new one.
   *
   * @throws {StoreError} when another change is in progress.
   */
  async beginChange(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const next = await knownKey(bytes);
    const { entry, keys, current: former, isChanging } = this.#known;
    if (next.seal.keyId === former.seal.keyId) return;
    if (isChanging && !keys.has(next.seal.keyId)) {
      throw new StoreError("Another change of the sealing key has not finished yet");
    }
    await this.#write(entry, {
      keyId: former.seal.keyId,
      change: {
        keyId: next.seal.keyId,
        key: await former.seal.seal(next.bytes.toBase64(), CHANGE_ID),
        formerKey: await next.seal.seal(former.bytes.toBase64(), CHANGE_ID),
      },
    }, new Map([...keys, [next.seal.keyId, next]]));
  }

  /** Finishes a change: the former key is no longer valid. Every row must be sealed with the new one. */
  async finishChange(): Promise<void> {
    const { entry, keys, current } = this.#known;
    await this.#write(entry, { keyId: current.seal.keyId }, keys);
  }

  async #write(
    entry: Entry,
    stored: StoredSealing,
    keys: ReadonlyMap<string, KnownKey>,
  ): Promise<void> {
    const committed = await this.#database.commit((transaction) =>
      transaction.check(entry).set(SEALING, encodeValue(stored))
    );
    // Only the holder of the folder's lock changes the key, so only another program can cause this.
    if (!committed) throw new StoreError("Another program changed the sealing key; try again");
    this.#known = await readKnown(this.#database, this.#source, keys);
  }
}

/** Reads the row, or makes it; keys come from those in memory, else from the source. */
async function readKnown(
  database: Database,
  source: KeySource,
  held: ReadonlyMap<string, KnownKey>,
): Promise<Known> {
  return await database.settle(async () => {
    const entry = await database.get(SEALING);
    if (entry.versionstamp === null) {
      const { seal: { keyId } } = await knownKey(source.load({ mayCreate: true }));
      await database.commit((transaction) =>
        transaction.check(entry).set(SEALING, encodeValue({ keyId }))
      );
      // Read again, whichever process wrote it.
      return undefined;
    }
    const stored = storedSealing(entry.value);
    const key = heldKey(stored, held) ?? await knownKey(source.load({ mayCreate: false }));
    const keys = await keysOf(stored, key);
    if (keys !== undefined) return { entry, ...keys };
    // The row and the key file may have been replaced between the two reads.
    const { versionstamp } = await database.get(SEALING);
    if (versionstamp === entry.versionstamp) throw otherKey(source);
    return undefined;
  });
}

function heldKey(
  { keyId, change }: StoredSealing,
  held: ReadonlyMap<string, KnownKey>,
): KnownKey | undefined {
  return (change === undefined ? undefined : held.get(change.keyId)) ?? held.get(keyId);
}

/** Returns all keys of a row, given one of them; undefined if the given key is not of the row. */
async function keysOf(
  { keyId, change }: StoredSealing,
  key: KnownKey,
): Promise<Omit<Known, "entry"> | undefined> {
  const { seal } = key;
  if (change === undefined) {
    if (seal.keyId !== keyId) return undefined;
    return { keys: new Map([[keyId, key]]), current: key, isChanging: false };
  }
  if (seal.keyId !== keyId && seal.keyId !== change.keyId) return undefined;
  const isFormer = seal.keyId === keyId;
  const text = await seal.open(isFormer ? change.key : change.formerKey, CHANGE_ID);
  if (text === undefined) throw damaged();
  const other = await knownKey(Uint8Array.fromBase64(text));
  const keys = new Map([[seal.keyId, key], [other.seal.keyId, other]]);
  return { keys, current: isFormer ? other : key, isChanging: true };
}

async function knownKey(bytes: Uint8Array<ArrayBuffer>): Promise<KnownKey> {
  return { bytes, seal: await Seal.fromKey(bytes) };
}

function storedSealing(value: unknown): StoredSealing {
  if (!isRecord(value) || typeof value["keyId"] !== "string") throw damaged();
  const { keyId, change } = value;
  if (change === undefined) return { keyId };
  if (
    !isRecord(change) || typeof change["keyId"] !== "string" ||
    typeof change["key"] !== "string" || typeof change["formerKey"] !== "string"
  ) throw damaged();
  return {
    keyId,
    change: { keyId: change["keyId"], key: change["key"], formerKey: change["formerKey"] },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function damaged(): StoreError {
  return new StoreError(
    "The database's note about its sealing key is damaged; put the data folder back from a backup",
  );
}
