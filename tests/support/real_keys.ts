/**
 * Client keys in a store in memory, as a gateway has them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { KeyBook, type KeySettings, type ShownKey } from "../../src/keys/key_book.ts";
import { KeyRing } from "../../src/keys/key_ring.ts";
import { openStore } from "../../src/store/open_store.ts";

/** The keys. */
export interface RealKeys extends Disposable {
  readonly book: KeyBook;
  /** What the gateway gets. */
  readonly ring: KeyRing;
  /** Creates a key, which the gateway knows when this resolves. */
  create(name: string, settings?: Partial<KeySettings>): Promise<ShownKey>;
}

/** Opens them; at first there are none. */
export async function realKeys(clock: { now(): number } = Date): Promise<RealKeys> {
  const store = await openStore({ memory: true });
  const book = new KeyBook(store.clientKeys, clock);
  const onError = (error: unknown) => assert.ifError(error);
  const ring = new KeyRing({ source: book, clock, onError, onUnreadable: assert.fail });
  return {
    book,
    ring,
    async create(name, settings = {}) {
      const nothing = { labels: [], limits: {}, allow: [], deny: [], accounts: [] };
      const shown = await book.create({ ...nothing, name, ...settings });
      await ring.refresh();
      return shown;
    },
    [Symbol.dispose]: () => store.close(),
  };
}
