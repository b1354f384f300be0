/**
 * The exchanges that `previous_response_id` continues. They are kept for 30 days after their last use, with a bound
 * for all of them, and belong to the caller that made them. Recent ones are in memory.
 *
 * @module
 */
import { LRUCache } from "lru-cache";
import type { WallClock } from "../../../base/clock.ts";
import type { JsonObject } from "../../../base/json.ts";
import { BoundedRows } from "../../../base/stored/bounded_rows.ts";
import type { Keeper, KeptRow, KeptRows } from "../../../base/stored/kept.ts";
import type { KeptExchange } from "../../../formats/operation.ts";
import { type Caller, mayUse } from "../../access/caller.ts";
import type { KeptExchanges, TakeMemory } from "../kept_parts.ts";
import { Chain, type Exchange } from "./exchange_chain.ts";
import { joinContents, splitContents } from "./exchange_pieces.ts";
import {
  EXCHANGE_PIECES,
  exchangeKey,
  type ExchangePiece,
  type ExchangeRow,
  EXCHANGES,
  LIFE_MS,
  RENEWED_MS,
} from "./exchange_rows.ts";

/** Options of {@linkcode StoredExchanges}. */
export interface StoredExchangesOptions {
  readonly clock: WallClock;
  readonly onProblem: (what: string, error: unknown) => void;
  /** Most bytes in memory; the least recently used are evicted first. Default: 32 MiB. */
  readonly memoryBytes?: number;
  /** Most bytes in the store; the least recently used are deleted first. Default: 512 MiB. */
  readonly storeBytes?: number;
  /** Most bytes that wait to be written: a store may be slower than clients. Default: 64 MiB. */
  readonly unwrittenBytes?: number;
  /** Most exchanges of a conversation. Default: 1,000. */
  readonly mostExchanges?: number;
}

const MIB = 1024 * 1024;

/** How many responses before it an exchange names: as many are read at once. */
const NAMED_BEFORE = 16;

/** An exchange of at most this many bytes may wait besides all that larger ones may. */
const SMALL = 64 * 1024;

/** The size of an exchange besides its contents, in bytes. */
const ENTRY_SIZE = 500;

/** Keeps exchanges in the store. */
export class StoredExchanges implements KeptExchanges {
  readonly #options: StoredExchangesOptions;
  readonly #recent: LRUCache<string, Exchange>;
  readonly #rows: KeptRows<ExchangeRow>;
  readonly #pieces: KeptRows<ExchangePiece>;
  readonly #bound: BoundedRows<ExchangeRow>;
  /** How many pieces the exchanges have whose rows were scanned last, by key. */
  #scanned: ReadonlyMap<string, number> = new Map();
  /** The sizes of exchanges that may not be written yet, the oldest first. */
  readonly #unwritten: { readonly atMs: number; readonly bytes: number }[] = [];
  /** Their sum. */
  #waiting = 0;

  constructor(keeper: Keeper, options: StoredExchangesOptions) {
    this.#options = options;
    const { memoryBytes = 32 * MIB, storeBytes = 512 * MIB, onProblem } = options;
    const sizeOf = ({ bytes }: ExchangeRow) => bytes + ENTRY_SIZE;
    this.#recent = new LRUCache({
      maxSize: memoryBytes,
      sizeCalculation: ({ row }) => sizeOf(row),
    });
    const user = { restore() {}, adopt() {} };
    this.#rows = keeper.open(EXCHANGES, user);
    this.#pieces = keeper.open(EXCHANGE_PIECES, user);
    this.#bound = new BoundedRows({
      scan: () => this.#scan(),
      remove: (keys) => this.#removeAll(keys),
    }, {
      maxBytes: storeBytes,
      sizeOf,
      usedAtMs: ({ usedAtMs }) => usedAtMs,
      onError: (error) => onProblem("Cannot delete the oldest responses", error),
    });
  }

  /** The bytes in memory. */
  get memoryBytes(): number {
    return this.#recent.calculatedSize;
  }

  /**
   * Keeps an exchange. One that is longer than 15 MB is not kept, and one that the store has no time for only in memory.
   *
   * @param responseId The id of its response, which nobody can guess.
   */
  keep(
    responseId: string,
    { contents, previous, caller }: KeptExchange & { readonly caller: Caller },
  ): void {
    const key = exchangeKey(responseId);
    const split = key === undefined ? undefined : splitContents(contents);
    if (key === undefined || split === undefined) return;
    const before = previous === undefined
      ? undefined
      : this.#recent.get(exchangeKey(previous) ?? "");
    const row: ExchangeRow = {
      previous: previous === undefined
        ? []
        : [previous, ...before?.row.previous ?? []].slice(0, NAMED_BEFORE),
      madeBy: caller.id,
      bytes: split.bytes,
      pieces: split.pieces.length,
      usedAtMs: this.#options.clock.now(),
    };
    this.#recent.set(key, { row, contents });
    if (this.#put(key, row, split.pieces)) return this.#bound.added(row);
    const what =
      "Cannot store a response for previous_response_id; it is kept in memory for a while";
    this.#options.onProblem(what, new Error("The store is too slow for so many bytes"));
  }

  /**
   * The contents of the conversation up to a response, which counts as a use of all of it.
   *
   * @returns Undefined if a part of it is not known, or is another caller's. A promise only if the store is read.
   * @throws {RpcError} INVALID_ARGUMENT if it is too long to be continued.
   */
  contentsUntil(
    responseId: string,
    caller: Caller,
    take: TakeMemory = free,
  ): readonly JsonObject[] | undefined | Promise<readonly JsonObject[] | undefined> {
    const chain = new Chain(this.#options.mostExchanges);
    const next = this.#follow(responseId, { chain, caller });
    return next === undefined ? chain.take(take) : this.#read(next, { chain, caller, take });
  }

  /** The contents of one exchange; as {@linkcode contentsUntil}. */
  contentsOf(
    responseId: string,
    caller: Caller,
    take: TakeMemory = free,
  ): readonly JsonObject[] | undefined | Promise<readonly JsonObject[] | undefined> {
    const chain = new Chain(1);
    const key = exchangeKey(responseId) ?? "";
    const known = this.#recent.get(key);
    if (known === undefined) return this.#readOnly(responseId, { chain, caller, take });
    if (!this.#isUsable(known.row, caller)) return undefined;
    this.#renew(key, known);
    chain.add(known);
    return chain.take(take);
  }

  /** Deletes the exchange of a response; returns whether there was one that the caller may use. */
  async delete(responseId: string, caller: Caller): Promise<boolean> {
    const key = exchangeKey(responseId);
    const row = key === undefined ? undefined : await this.#rows.read([key]);
    if (key === undefined || row === undefined || !mayUse(caller, row.madeBy)) return false;
    this.#recent.delete(key);
    this.#rows.delete([key]);
    for (let piece = 0; piece < row.pieces; piece++) this.#pieces.delete([key, String(piece)]);
    return true;
  }

  /** Resolves when nothing is done in the background. */
  async settled(): Promise<void> {
    await this.#bound.settled();
  }

  /** Ends what is done in the background. */
  async close(): Promise<void> {
    await this.#bound.close();
  }

  /** Adds exchanges that are in memory; returns the id of the first that is not, undefined at the end. */
  #follow(from: string, { chain, caller }: ChainFor): string | undefined {
    let id: string | undefined = from;
    while (id !== undefined) {
      const key: string | undefined = exchangeKey(id);
      const exchange = key === undefined ? undefined : this.#recent.get(key);
      if (key === undefined || exchange === undefined) return id;
      if (!this.#isUsable(exchange.row, caller)) {
        chain.isBroken = true;
        return undefined;
      }
      this.#renew(key, exchange);
      chain.add(exchange);
      id = exchange.row.previous[0];
    }
    return undefined;
  }

  /** Reads what is not in memory, as many at once as an exchange names. */
  async #read(from: string, links: ReadingFor): Promise<readonly JsonObject[] | undefined> {
    const { chain, take } = links;
    let ids: readonly string[] = [from];
    while (ids.length > 0 && !chain.isBroken) {
      const last = await this.#readSome(ids, links);
      if (last === undefined) return undefined;
      const [next] = last;
      const rest = next === undefined ? undefined : this.#follow(next, links);
      ids = rest === undefined ? [] : rest === next ? last : [rest];
    }
    return await chain.take(take);
  }

  async #readOnly(id: string, links: ReadingFor): Promise<readonly JsonObject[] | undefined> {
    return await this.#readSome([id], links) && links.chain.contents;
  }

  /**
   * Adds exchanges, whose sizes are known before their contents are read.
   *
   * @returns The ids before the last of them; undefined if one of them is not known.
   */
  async #readSome(
    ids: readonly string[],
    { chain, caller, take }: ReadingFor,
  ): Promise<readonly string[] | undefined> {
    const found = await Promise.all(ids.map((id) => this.#rowOf(id)));
    const rows: { readonly key: string; readonly row: ExchangeRow }[] = [];
    for (const one of found) {
      if (one === undefined || !this.#isUsable(one.row, caller)) return undefined;
      chain.count(one.row);
      rows.push(one);
    }
    await chain.take(take);
    const exchanges = await Promise.all(rows.map((one) => this.#contentsOfRow(one)));
    for (const exchange of exchanges) {
      if (exchange === undefined) return undefined;
      chain.push(exchange);
    }
    return rows.at(-1)?.row.previous ?? [];
  }

  async #rowOf(id: string): Promise<{ key: string; row: ExchangeRow } | undefined> {
    const key = exchangeKey(id);
    if (key === undefined) return undefined;
    const row = this.#recent.get(key)?.row ?? await this.#rows.read([key]);
    return row && { key, row };
  }

  async #contentsOfRow(
    { key, row }: { readonly key: string; readonly row: ExchangeRow },
  ): Promise<Exchange | undefined> {
    const known = this.#recent.get(key);
    if (known !== undefined) return known;
    const names = Array.from({ length: row.pieces }, (_, piece) => [key, String(piece)]);
    const pieces = await Promise.all(names.map((name) => this.#pieces.read(name)));
    const contents = joinContents(pieces.map((piece) => piece?.data ?? ""));
    if (contents === undefined) return undefined;
    const exchange = { row, contents };
    this.#recent.set(key, exchange);
    this.#renew(key, exchange);
    return exchange;
  }

  #isUsable({ madeBy, usedAtMs }: ExchangeRow, caller: Caller): boolean {
    return mayUse(caller, madeBy) && usedAtMs + LIFE_MS > this.#options.clock.now();
  }

  /** Writes that an exchange is used, once a day. */
  #renew(key: string, { row, contents }: Exchange): void {
    const nowMs = this.#options.clock.now();
    if (nowMs - row.usedAtMs < RENEWED_MS) return;
    const split = splitContents(contents);
    if (split === undefined) return;
    const renewed = { ...row, usedAtMs: nowMs };
    this.#recent.set(key, { row: renewed, contents });
    this.#put(key, renewed, split.pieces);
  }

  /** Returns whether the store takes it. */
  #put(key: string, row: ExchangeRow, pieces: readonly string[]): boolean {
    const { unwrittenBytes = 64 * MIB, clock } = this.#options;
    const most = row.bytes > SMALL ? unwrittenBytes : 2 * unwrittenBytes;
    if (this.#unwrittenBytes() + row.bytes > most) return false;
    this.#unwritten.push({ atMs: clock.now(), bytes: row.bytes });
    this.#waiting += row.bytes;
    for (const [piece, data] of pieces.entries()) {
      this.#pieces.put([key, String(piece)], { usedAtMs: row.usedAtMs, data });
    }
    this.#rows.put([key], row);
    return true;
  }

  /** How many bytes may not be written yet. */
  #unwrittenBytes(): number {
    const sinceMs = this.#pieces.unwrittenSince() ?? Infinity;
    const first = this.#unwritten.findIndex(({ atMs }) => atMs >= sinceMs);
    const written = first === 0 ? [] : this.#unwritten.splice(0, first < 0 ? Infinity : first);
    for (const { bytes } of written) this.#waiting -= bytes;
    return this.#waiting;
  }

  async *#scan(): AsyncGenerator<readonly KeptRow<ExchangeRow>[]> {
    for await (const rows of this.#rows.scan()) {
      this.#scanned = new Map(rows.map(({ key: [key = ""], value }) => [key, value.pieces]));
      yield rows;
    }
  }

  /** Deletes exchanges of the rows that were scanned last. */
  async #removeAll(keys: readonly (readonly string[])[]): Promise<void> {
    await this.#rows.remove(keys);
    const pieces = keys.flatMap(([key = ""]) => {
      this.#recent.delete(key);
      const count = this.#scanned.get(key) ?? 0;
      return Array.from({ length: count }, (_, piece) => [key, String(piece)]);
    });
    await this.#pieces.remove(pieces);
  }
}

function free(): undefined {}

/** A conversation that is read, and for whom. */
interface ChainFor {
  readonly chain: Chain;
  readonly caller: Caller;
}

/** One that is read from the store. */
interface ReadingFor extends ChainFor {
  readonly take: TakeMemory;
}
