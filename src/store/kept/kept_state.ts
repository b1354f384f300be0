/**
 * One open kind of kept state: connects its user, the pending writes and the rows in the store.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import type {
  KeptChange,
  KeptKind,
  KeptRange,
  KeptRow,
  KeptRows,
  KeptSum,
  KeptUser,
} from "../../base/stored/kept.ts";
import type { JournalNote } from "./journal.ts";
import { type RowPlace, StoredRows } from "./stored_rows.ts";
import { WriteBehind } from "./write_behind.ts";

/** Least time between two writes of a kind that does not say otherwise, in ms. */
export const WRITE_MS = 1000;

/** The callback for failures, and the clock for the expiry of rows. */
export interface KeeperOptions {
  readonly clock: WallClock;
  /** @param what A sentence without its end, such as "Cannot write sessions". */
  readonly onProblem: (what: string, error: unknown) => void;
}

/** An open kind. */
export class KeptState<Value> implements KeptRows<Value> {
  readonly #kind: KeptKind<Value>;
  readonly #user: KeptUser<Value>;
  readonly #options: KeeperOptions;
  readonly #rows: StoredRows<Value>;
  readonly #behind: WriteBehind<KeptChange<Value>>;
  #restoring: Promise<void> | undefined;
  #isClosed = false;

  constructor(
    kind: KeptKind<Value>,
    user: KeptUser<Value>,
    { place, options }: { readonly place: RowPlace; readonly options: KeeperOptions },
  ) {
    const { clock, onProblem } = options;
    this.#kind = kind;
    this.#user = user;
    this.#options = options;
    this.#rows = new StoredRows(kind, {
      ...place,
      journal: isAnnounced(kind) ? place.journal : undefined,
      onDropped: (why) => onProblem(`Cannot write some ${kind.label}`, new Error(why)),
    });
    this.#behind = new WriteBehind({
      write: (batch, nowMs) => this.#rows.write(batch, nowMs),
      onError: (error) => onProblem(`Cannot write ${kind.label}; they are kept in memory`, error),
      clock,
      intervalMs: kind.writeMs ?? WRITE_MS,
    });
  }

  put(key: readonly string[], value: Value): void {
    this.#behind.put(rowName(key), { key, value });
  }

  delete(key: readonly string[]): void {
    this.#behind.put(rowName(key), { key, value: undefined });
  }

  unwrittenSince(): number | undefined {
    return this.#behind.unwrittenSince;
  }

  async read(key: readonly string[]): Promise<Value | undefined> {
    const pending = this.#behind.pending(rowName(key));
    if (pending !== undefined) return pending.value;
    const [row] = await this.#rows.read([key], this.#options.clock.now());
    // The row was changed during the read, so what was read may be older.
    const since = this.#behind.pending(rowName(key));
    return since === undefined ? row?.value : since.value;
  }

  restore(): Promise<void> {
    this.#restoring ??= this.#restore();
    return this.#restoring;
  }

  scan(range?: KeptRange): AsyncIterable<readonly KeptRow<Value>[]> {
    return this.#rows.load(this.#options.clock.now(), range);
  }

  remove(keys: readonly (readonly string[])[]): Promise<void> {
    const changes = keys.map((key) => ({ key, value: undefined }));
    return this.#rows.write(changes, this.#options.clock.now());
  }

  merge(from: readonly (readonly string[])[], into: KeptSum<Value>): Promise<boolean> {
    return this.#rows.merge(from, { ...into, nowMs: this.#options.clock.now() });
  }

  add(key: readonly string[], value: Value): Promise<boolean> {
    return this.#rows.add({ key, value }, this.#options.clock.now());
  }

  /** Resolves when restoring, if it has begun, is finished. */
  get restored(): Promise<void> {
    return this.#restoring ?? Promise.resolve();
  }

  /** Applies changes of other gateways. */
  async adoptNews(notes: readonly JournalNote[]): Promise<void> {
    if (!isAnnounced(this.#kind)) return;
    const changes = this.#changesIn(notes);
    if (changes === undefined) return await this.adoptAll();
    const isRead = this.#kind.note?.decode === undefined;
    this.#adopt(isRead ? await this.#readAll(changes) : changes, { isNews: true });
  }

  /** Reads every row again, after changes were missed or malformed. */
  async adoptAll(): Promise<void> {
    if (!isAnnounced(this.#kind)) return;
    this.#user.forget?.();
    for await (const rows of this.#rows.load(this.#options.clock.now())) {
      if (this.#isClosed) return;
      this.#adopt(rows, { isNews: false });
    }
  }

  /** Writes pending changes, accepts no more, and aborts restoring. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#behind.close();
    await this.#restoring;
  }

  #adopt(changes: readonly KeptChange<Value>[], how: { readonly isNews: boolean }): void {
    const adopted = changes.filter((change) => !this.#isPending(change));
    if (adopted.length > 0) this.#user.adopt(adopted, how);
  }

  /** Whether a row has an unwritten change of this gateway, which is newer than what it reads. */
  #isPending({ key }: KeptChange<Value>): boolean {
    return this.#behind.pending(rowName(key)) !== undefined;
  }

  /** Returns the changes of this kind, with values if the entries have them; undefined if malformed. */
  #changesIn(notes: readonly JournalNote[]): readonly KeptChange<Value>[] | undefined {
    const { field = this.#kind.name, decode = keyOnly } = this.#kind.note ?? {};
    const changes: KeptChange<Value>[] = [];
    for (const { [field]: entries = [] } of notes) {
      if (!Array.isArray(entries)) return undefined;
      for (const entry of entries) {
        const change = Array.isArray(entry) ? decode(entry) : undefined;
        if (change === undefined) return undefined;
        changes.push(change);
      }
    }
    return changes;
  }

  async #readAll(changes: readonly KeptChange<Value>[]): Promise<readonly KeptChange<Value>[]> {
    const keys = new Map(changes.map(({ key }) => [rowName(key), key]));
    return await this.#rows.read([...keys.values()], this.#options.clock.now());
  }

  async #restore(): Promise<void> {
    const { label, ifUnread } = this.#kind;
    try {
      for await (const rows of this.#rows.load(this.#options.clock.now())) {
        if (this.#isClosed) return;
        this.#user.restore(rows.filter((row) => !this.#isPending(row)));
      }
    } catch (error) {
      this.#options.onProblem(`Cannot read ${label}; ${ifUnread}`, error);
    }
  }
}

function isAnnounced({ isAnnounced = true }: Pick<KeptKind<never>, "isAnnounced">): boolean {
  return isAnnounced;
}

function keyOnly(entry: readonly unknown[]): KeptChange<never> | undefined {
  const isKey = entry.every((part) => typeof part === "string");
  return isKey ? { key: entry, value: undefined } : undefined;
}

function rowName(key: readonly string[]): string {
  return key.join("\0");
}
