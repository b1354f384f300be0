/**
 * The tool calls of earlier responses in other formats, by the ids that clients got for them: their thought signatures
 * survive clients that drop what they do not know, and restarts. As stored state:
 *
 *     ["v1", "tool_call", id without its prefix]  → { id?, signature?, usedAtMs }
 *
 * A signature opens nothing: only the service that made it can read it. So it is not sealed.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/thought-signatures}
 * @module
 */
import { LRUCache } from "lru-cache";
import type { WallClock } from "../base/clock.ts";
import { defined } from "../base/defined.ts";
import { isWithin } from "../base/is_within.ts";
import { isJsonObject } from "../base/json.ts";
import { BoundedRows } from "../base/stored/bounded_rows.ts";
import type { Keeper, KeptKind, KeptRows } from "../base/stored/kept.ts";

/** What is kept of a call for the requests to come. */
export interface ToolCall {
  /** The id that Gemini gave it; absent if it gave none. */
  readonly id?: string;
  /** Its thought signature, as Google wrote it; absent if it has none. */
  readonly signature?: string;
}

/** A call as it is stored. */
export interface StoredToolCall extends ToolCall {
  /** When it was last used, to the day, in ms since the epoch. */
  readonly usedAtMs: number;
}

/** Options of {@linkcode KeptToolCalls}. */
export interface KeptToolCallsOptions {
  readonly clock: WallClock;
  /** A new key: 22 characters of `[A-Za-z0-9_-]`, of 128 random bits. */
  readonly newKey: () => string;
  readonly onProblem: (what: string, error: unknown) => void;
  /** Most bytes in memory; the least recently used are evicted first. Default: 16 MiB. */
  readonly memoryBytes?: number;
  /** Most bytes in the store; the least recently used are deleted first. Default: 256 MiB. */
  readonly storeBytes?: number;
}

const MIB = 1024 * 1024;
const DAY_MS = 24 * 3_600_000;

/** How long an unused call is kept, in ms. */
const LIFE_MS = 30 * DAY_MS;

/** A use is written once in this time, in ms. */
const RENEWED_MS = DAY_MS;

/** The size of a call besides its texts, in bytes: its key, and what store and memory add. */
const ENTRY_SIZE = 200;

/** Most calls that are read for one request: the last that it names. */
const MOST_READ = 2000;

/** Calls that are read at the same time. */
const READ_TOGETHER = 50;

/** Longest wait for the store, in ms. The request then goes on without what was not read. */
const READ_MS = 2000;

const ID = /^(?:call|toolu)_([\w-]{22})$/;

/** The kind of row. A call never changes, and is read when a request names it: other gateways need no notice of it. */
export const TOOL_CALLS: KeptKind<StoredToolCall> = {
  name: "tool_call",
  label: "tool calls",
  ifUnread: "they are read when they are needed",
  writeMs: 200,
  isLong: true,
  isAnnounced: false,
  leftMs: ({ usedAtMs }, nowMs) => usedAtMs + LIFE_MS - nowMs,
  encode: (call) => call,
  decode(stored) {
    if (!isJsonObject(stored)) return undefined;
    const { usedAtMs } = stored;
    if (typeof usedAtMs !== "number") return undefined;
    const text = (name: string) => typeof stored[name] === "string" ? stored[name] : undefined;
    return {
      usedAtMs,
      ...defined({ id: text("id"), signature: text("signature") }),
    };
  },
};

/** Keeps calls for 30 days after their last use. */
export class KeptToolCalls {
  readonly #options: KeptToolCallsOptions;
  readonly #recent: LRUCache<string, StoredToolCall>;
  readonly #rows: KeptRows<StoredToolCall>;
  readonly #bound: BoundedRows<StoredToolCall>;

  constructor(keeper: Keeper, options: KeptToolCallsOptions) {
    this.#options = options;
    const { memoryBytes = 16 * MIB, storeBytes = 256 * MIB, onProblem } = options;
    this.#recent = new LRUCache({ maxSize: memoryBytes, sizeCalculation: sizeOf });
    this.#rows = keeper.open(TOOL_CALLS, { restore() {}, adopt() {} });
    this.#bound = new BoundedRows(this.#rows, {
      maxBytes: storeBytes,
      sizeOf,
      usedAtMs: ({ usedAtMs }) => usedAtMs,
      onError: (error) => onProblem("Cannot delete the oldest tool calls", error),
    });
  }

  /** The bytes in memory. */
  get memoryBytes(): number {
    return this.#recent.calculatedSize;
  }

  /**
   * Keeps a call.
   *
   * @returns Its id for the client: the prefix and 22 characters.
   */
  keep({ id, signature }: ToolCall, prefix: "call_" | "toolu_"): string {
    const { clock, newKey } = this.#options;
    const key = newKey();
    const call = { ...defined({ id, signature }), usedAtMs: clock.now() };
    this.#put(key, call);
    this.#bound.added(call);
    return prefix + key;
  }

  /**
   * Reads calls into memory. Never rejects: what cannot be read is not known.
   *
   * @param ids Of clients, whatever they are.
   * @returns A promise only if the store is read.
   */
  load(ids: readonly string[]): Promise<void> | void {
    const missing = new Set<string>();
    for (let nth = ids.length - 1; nth >= 0 && missing.size < MOST_READ; nth--) {
      const key = keyOf(ids[nth]);
      if (key !== undefined && !this.#recent.has(key)) missing.add(key);
    }
    if (missing.size > 0) return this.#read([...missing]);
  }

  /**
   * A call that is in memory, which counts as a use.
   *
   * @returns Undefined if nothing is known of the id.
   */
  get(id: string): ToolCall | undefined {
    const key = keyOf(id);
    const call = key === undefined ? undefined : this.#recent.get(key);
    if (key === undefined || call === undefined) return undefined;
    const nowMs = this.#options.clock.now();
    if (TOOL_CALLS.leftMs(call, nowMs) <= 0) return undefined;
    if (nowMs - call.usedAtMs >= RENEWED_MS) this.#put(key, { ...call, usedAtMs: nowMs });
    return call;
  }

  /** Resolves when nothing is done in the background. */
  async settled(): Promise<void> {
    await this.#bound.settled();
  }

  /** Ends what is done in the background. */
  async close(): Promise<void> {
    await this.#bound.close();
  }

  #put(key: string, call: StoredToolCall): void {
    this.#recent.set(key, call);
    this.#rows.put([key], call);
  }

  async #read(keys: readonly string[]): Promise<void> {
    const { onProblem } = this.#options;
    const what = "Cannot read tool calls; their thought signatures are replaced";
    try {
      if (await isWithin(READ_MS, this.#readAll(keys))) return;
      onProblem(what, new Error(`The store took longer than ${READ_MS / 1000} s`));
    } catch (error) {
      onProblem(what, error);
    }
  }

  async #readAll(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += READ_TOGETHER) {
      await Promise.all(
        keys.slice(start, start + READ_TOGETHER).map(async (key) => {
          const call = await this.#rows.read([key]);
          if (call !== undefined && !this.#recent.has(key)) this.#recent.set(key, call);
        }),
      );
    }
  }
}

/** The key of an id: a conversation may change its format, and so the prefix. */
function keyOf(id: string | undefined): string | undefined {
  return id === undefined ? undefined : ID.exec(id)?.[1];
}

function sizeOf({ id = "", signature = "" }: StoredToolCall): number {
  return id.length + signature.length + ENTRY_SIZE;
}
