/**
 * The stored client keys: create, look up, change, rotate, remove. It converts keys to rows; the row store persists
 * them.
 *
 * @module
 */
import type { AuditDoor } from "../base/stored/audit_entry.ts";
import type { ClientKeyRow, ClientKeyRowStore } from "../base/stored/client_key_row.ts";
import type { WallClock } from "../base/clock.ts";
import { nameFault } from "../base/name_fault.ts";
import { auditedKeys } from "./audited_keys.ts";
import type { ClientKey, FormerKey } from "./client_key.ts";
import { KeyError } from "./key_error.ts";
import { keyOfRow, rowOfKey } from "./key_record.ts";
import { hintOf, keyDigest, newKeyText } from "./key_text.ts";

/** For how long a removed key is recognized, in ms: as long as usage is kept by default. */
const REMOVED_KEPT_MS = 400 * 86_400_000;

/** Most replaced texts of a key that are recognized. */
const MOST_FORMERS = 8;

/** Names of callers that have no client key. */
const RESERVED: ReadonlySet<string> = new Set(["open", "default"]);

/** Most labels, patterns or accounts of a key: it has to fit into a value of the store, and every call reads its rules. */
export const MOST_RULES = 100;

/** The year 10000, from which on dates have another form, in ms since the epoch: a key expires before. */
export const END_OF_TIME_MS = Date.UTC(10_000, 0);

/** What the user decides about a key. */
export type KeySettings =
  & Pick<ClientKey, "name" | "labels" | "limits" | "allow" | "deny" | "accounts" | "may">
  & {
    readonly expiresAtMs?: number;
  };

/** A key and its text, which is not stored. */
export interface ShownKey {
  readonly key: ClientKey;
  readonly text: string;
}

/** Every stored key. */
export interface KeyListing {
  /** Ordered by name. */
  readonly keys: readonly ClientKey[];
  /** The keys that were removed and are not forgotten yet. */
  readonly removed: readonly ClientKey[];
  /** The names of those that this version cannot read. */
  readonly unreadable: readonly string[];
}

/** The client keys of one store. */
export class KeyBook {
  readonly #rows: ClientKeyRowStore;
  readonly #clock: WallClock;

  /** Its changes are entered in the audit log under `door`. */
  constructor(
    rows: ClientKeyRowStore,
    clock: WallClock,
    { door = "gateway" }: { readonly door?: AuditDoor } = {},
  ) {
    this.#rows = auditedKeys(rows, door);
    this.#clock = clock;
  }

  /** Every key. */
  async list(): Promise<KeyListing> {
    const { rows, removed } = await this.#rows.list();
    const keys = rows.map(keyOfRow);
    return {
      keys: keys.filter((key) => key !== undefined).sort(byName),
      removed: removed.map(keyOfRow).filter((key) => key !== undefined),
      unreadable: rows.filter((_, nth) => keys[nth] === undefined).map(({ name }) => name).sort(),
    };
  }

  /**
   * The key of that name.
   *
   * @throws {KeyError} when there is none, or this version cannot read it.
   */
  async get(name: string): Promise<ClientKey> {
    const row = await this.#rows.find(name);
    if (row === undefined) throw noSuchKey(name);
    return readable(row);
  }

  /**
   * Creates a key.
   *
   * @returns Also its text, which cannot be read again.
   * @throws {KeyError} when the name is invalid or taken; nothing is changed then.
   */
  async create(settings: KeySettings): Promise<ShownKey> {
    checkName(settings.name);
    const text = newKeyText();
    const key: ClientKey = {
      ...settings,
      id: `key_${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`,
      digest: keyDigest(text),
      hint: hintOf(text),
      createdAtMs: this.#clock.now(),
      isDisabled: false,
      formers: [],
    };
    if (!await this.#rows.insert(rowOfKey(key))) throw nameTaken(key.name);
    return { key, text };
  }

  /**
   * Changes the key of that name.
   *
   * @param change Receives the current key; may be called again if another process was faster.
   * @throws {KeyError} when there is none, or the new name is invalid or taken; nothing is changed then.
   */
  async edit(name: string, change: (key: ClientKey) => ClientKey): Promise<ClientKey> {
    const { id } = await this.get(name);
    let wanted = name;
    const row = await this.#rows.update(id, (row) => {
      const key = change(readable(row));
      if (key.name !== row.name) checkName(key.name);
      wanted = key.name;
      return rowOfKey(key, row.fields);
    });
    if (row === undefined) throw noSuchKey(name);
    if (row.name !== wanted) {
      throw new KeyError(`A key "${wanted}" already exists; choose another name`, "taken");
    }
    return readable(row);
  }

  /**
   * Replaces the text of the key of that name. Its id stays, and with it everything that the key owns.
   *
   * @param graceMs For how long the former text is valid as well, in ms. Texts that earlier rotations replaced end at
   * the time that was said then, or with this grace if it ends earlier: a grace of 0 ends them all.
   */
  async rotate(name: string, graceMs: number): Promise<ShownKey> {
    const text = newKeyText();
    const key = await this.edit(name, (key) => ({
      ...key,
      digest: keyDigest(text),
      hint: hintOf(text),
      formers: formersOf(key, this.#clock.now() + graceMs),
    }));
    return { key, text };
  }

  /**
   * Removes the key of that name, whether this version can read it or not.
   *
   * @returns False when there was none.
   */
  async remove(name: string): Promise<boolean> {
    const row = await this.#rows.find(name);
    return row === undefined ? false : await this.#rows.remove(row.id, { keptMs: REMOVED_KEPT_MS });
  }

  /** A number that grows with every change to any key, by any process; 0 if there never was one. */
  revision(): Promise<bigint> {
    return this.#rows.revision();
  }
}

/** What a rotation leaves valid until `untilMs`, in ms since the epoch. */
function formersOf({ digest, formers }: ClientKey, untilMs: number): readonly FormerKey[] {
  const earlier = formers.map((former) => ({
    ...former,
    untilMs: Math.min(former.untilMs, untilMs),
  }));
  return [{ digest, untilMs }, ...earlier].slice(0, MOST_FORMERS);
}

function readable(row: ClientKeyRow): ClientKey {
  const key = keyOfRow(row);
  if (key !== undefined) return key;
  throw new KeyError(
    `This version cannot read the key "${row.name}"; use a newer Pollux, or remove the key`,
  );
}

function checkName(name: string): void {
  const fault = RESERVED.has(name)
    ? `A key's name must not be "${name}", which stands for calls without a client key; choose another`
    : nameFault(name, { whose: "A key's name", example: "ada" });
  if (fault !== undefined) throw new KeyError(fault);
}

/** The error for a name that no key has. */
export function noSuchKey(name: string): KeyError {
  return new KeyError(`There is no key "${name}"; "pollux keys list" shows all keys`, "missing");
}

function nameTaken(name: string): KeyError {
  return new KeyError(
    `A key "${name}" already exists; choose another name, or replace its text: pollux keys rotate ${name}`,
    "taken",
  );
}

function byName(left: ClientKey, right: ClientKey): number {
  return left.name < right.name ? -1 : Number(left.name > right.name);
}
