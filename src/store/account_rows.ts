/**
 * Accounts in the database: one row each, an index that keeps names unique, and a revision that every
 * change increments, so that a running gateway notices changes of other processes.
 *
 *     ["v1", "account", id]         → { name, fields, sealed }
 *     ["v1", "account_name", name]  → id
 *     ["v1", "account_revision"]    → counter
 *
 * @module
 */
import { LONGEST_NAME } from "../base/name_fault.ts";
import type { AccountRow, AccountRowChange, AccountRowStore } from "../base/stored/account_row.ts";
import type { AuditNote } from "../base/stored/audit_entry.ts";
import { AuditRows } from "./audit_rows.ts";
import type { Database } from "./database/database.ts";
import { keyIdOf } from "./sealing/seal.ts";
import type { Sealing } from "./sealing/sealing.ts";
import { encodeRow, encodeValue } from "./database/stored_value.ts";

const ROW = ["v1", "account"] as const;
const NAME = ["v1", "account_name"] as const;
const REVISION = ["v1", "account_revision"] as const;

/** The kept cool-downs, as the pool declares them: the id of an account is the first part of their keys. */
const COOL_DOWN = ["v1", "cool_down"] as const;

/** A row as stored in the database. */
interface StoredRow {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly sealed: string;
}

/** The result of {@linkcode AccountRows.reseal}. */
export interface ResealedRows {
  /** How many rows it resealed. */
  readonly count: number;
  /** The names of those whose secret cannot be opened; they stay unchanged. */
  readonly unreadable: readonly string[];
}

/** The account rows of one database. Every write is one transaction with checks on what it read. */
export class AccountRows implements AccountRowStore {
  readonly #database: Database;
  readonly #sealing: Sealing;
  readonly #audit: AuditRows;

  constructor(
    database: Database,
    sealing: Sealing,
    { audit = new AuditRows(database) }: { readonly audit?: AuditRows } = {},
  ) {
    this.#database = database;
    this.#sealing = sealing;
    this.#audit = audit;
  }

  /** Every row, ordered by id. */
  async list(): Promise<readonly AccountRow[]> {
    const entries = await this.#database.list(ROW);
    return await Promise.all(entries.map((entry) => this.#open(idOf(entry.key), entry.value)));
  }

  /** The row of that name, if there is one. */
  async find(name: string): Promise<AccountRow | undefined> {
    // It would not fit into a key of the database.
    if (name.length > LONGEST_NAME) return undefined;
    const index = await this.#database.get([...NAME, name]);
    if (typeof index.value !== "string") return undefined;
    const entry = await this.#database.get([...ROW, index.value]);
    return entry.versionstamp === null ? undefined : await this.#open(index.value, entry.value);
  }

  /**
   * Adds a row.
   *
   * @returns False when its name or id is taken; nothing was written then.
   */
  async insert(
    row: AccountRow & { readonly secret: string },
    audit?: AuditNote,
  ): Promise<boolean> {
    const key = [...ROW, row.id];
    const nameKey = [...NAME, row.name];
    return await this.#database.settle(async () => {
      const { entry } = this.#sealing;
      const stored: StoredRow = {
        name: row.name,
        fields: row.fields,
        sealed: await this.#sealing.seal(row.secret, row.id),
      };
      const committed = await this.#audit.commit(audit, (transaction) =>
        transaction
          .check(entry, { key, versionstamp: null }, { key: nameKey, versionstamp: null })
          .set(key, encodeRow(stored))
          .set(nameKey, encodeValue(row.id))
          .sum(REVISION, 1n));
      if (committed) return true;
      return await this.#sealing.renew(entry) ? undefined : false;
    });
  }

  /**
   * Changes the row of that id. `change` gets the current row, and is called again when another process
   * was faster. If another row has the new name, nothing is changed.
   *
   * @param change Returns the changes, or undefined for none.
   * @returns The row afterwards; undefined if there is none.
   */
  async update(
    id: string,
    change: (row: AccountRow) => AccountRowChange | undefined,
  ): Promise<AccountRow | undefined> {
    const key = [...ROW, id];
    const outcome = await this.#database.settle(async () => {
      const entry = await this.#database.get(key);
      if (entry.versionstamp === null) return { row: undefined };
      const row = await this.#open(id, entry.value);
      const changed = change(row);
      if (changed === undefined) return { row };
      const before = storedRow(entry.value);
      const { entry: sealing } = this.#sealing;
      const name = changed.name ?? before.name;
      const index = name === before.name ? undefined : await this.#database.get([...NAME, name]);
      // Another row has the name.
      if (index !== undefined && index.versionstamp !== null) return { row };
      const stored: StoredRow = {
        // A newer Pollux may store more fields beside these three; they are kept.
        ...before,
        name,
        fields: changed.fields ?? before.fields,
        sealed: changed.secret === undefined
          ? before.sealed
          : await this.#sealing.seal(changed.secret, id),
      };
      const coolDowns = changed.endsRests ? await this.#database.list([...COOL_DOWN, id]) : [];
      const committed = await this.#audit.commit(changed.audit, (transaction) => {
        transaction.check(entry, sealing).set(key, encodeRow(stored)).sum(REVISION, 1n);
        for (const { key } of coolDowns) transaction.delete(key);
        if (index === undefined) return;
        transaction.check(index).delete([...NAME, before.name]).set(index.key, encodeValue(id));
      });
      if (!committed) {
        await this.#sealing.renew(sealing);
        return undefined;
      }
      return {
        row: {
          ...row,
          name,
          fields: stored.fields,
          secret: changed.secret ?? row.secret,
        },
      };
    });
    return outcome.row;
  }

  /**
   * Removes the row of that id and frees its name.
   *
   * @returns False when there was none.
   */
  async remove(id: string, audit?: (name: string) => AuditNote): Promise<boolean> {
    const key = [...ROW, id];
    return await this.#database.settle(async () => {
      const entry = await this.#database.get(key);
      if (entry.versionstamp === null) return false;
      const { name } = storedRow(entry.value);
      const committed = await this.#audit.commit(
        audit?.(name),
        (transaction) =>
          transaction.check(entry).delete(key).delete([...NAME, name]).sum(REVISION, 1n),
      );
      return committed ? true : undefined;
    });
  }

  /** Reseals under the current key every secret that is sealed under another one. */
  async reseal(): Promise<ResealedRows> {
    const unreadable: string[] = [];
    let count = 0;
    for (const { key } of await this.#database.list(ROW)) {
      const outcome = await this.#database.settle(() => this.#resealRow(key));
      if (outcome.isResealed) count++;
      if (outcome.unreadable !== undefined) unreadable.push(outcome.unreadable);
    }
    return { count, unreadable };
  }

  /** A number that grows with every change to any account by any process. */
  revision(): Promise<bigint> {
    return this.#database.count(REVISION);
  }

  /** Undefined when another process was faster. */
  async #resealRow(
    key: Deno.KvKey,
  ): Promise<{ readonly isResealed: boolean; readonly unreadable?: string } | undefined> {
    const entry = await this.#database.get(key);
    if (entry.versionstamp === null) return { isResealed: false };
    const before = storedRow(entry.value);
    const id = idOf(key);
    const { entry: sealing } = this.#sealing;
    const secret = await this.#sealing.open(before.sealed, id);
    if (secret === undefined) return { isResealed: false, unreadable: before.name };
    if (keyIdOf(before.sealed) === this.#sealing.keyId) return { isResealed: false };
    const stored: StoredRow = { ...before, sealed: await this.#sealing.seal(secret, id) };
    // The revision stays the same, since the account itself has not changed.
    const committed = await this.#database.commit((transaction) =>
      transaction.check(entry, sealing).set(key, encodeRow(stored))
    );
    return committed ? { isResealed: true } : undefined;
  }

  async #open(id: string, value: unknown): Promise<AccountRow> {
    const stored = storedRow(value);
    return {
      id,
      name: stored.name,
      fields: stored.fields,
      secret: await this.#sealing.open(stored.sealed, id),
    };
  }
}

/** Reads a stored value as a row; missing fields are empty, so that one bad row does not hide the others. */
function storedRow(value: unknown): StoredRow {
  const row = isRecord(value) ? value : {};
  return {
    ...row,
    name: typeof row["name"] === "string" ? row["name"] : "",
    fields: isRecord(row["fields"]) ? row["fields"] : {},
    sealed: typeof row["sealed"] === "string" ? row["sealed"] : "",
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function idOf(key: Deno.KvKey): string {
  return String(key.at(-1));
}
