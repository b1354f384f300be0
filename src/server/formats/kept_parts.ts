/**
 * What the gateway keeps between the requests of conversations in other formats.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { JsonObject } from "../../base/json.ts";
import type { KeptExchange, KeptToolCall } from "../../formats/operation.ts";
import type { Caller } from "../access/caller.ts";

/** The tool calls of earlier responses, by the ids that clients have. */
export interface KeptToolCalls {
  /** Makes what is kept under these ids available to {@linkcode get}; a promise only if the store is read. */
  load(ids: readonly string[]): Promise<void> | void;
  /** Undefined if nothing is known of the id. */
  get(id: string): KeptToolCall | undefined;
  /** Keeps a call; returns its new id. */
  keep(call: KeptToolCall, prefix: "call_" | "toolu_"): string;
}

/** The exchanges of earlier responses. */
export interface KeptExchanges {
  /**
   * The native contents of the conversation up to a response; undefined if it is not known, or is another caller's. A
   * promise only if the store is read.
   */
  contentsUntil(
    responseId: string,
    caller: Caller,
  ): readonly JsonObject[] | undefined | Promise<readonly JsonObject[] | undefined>;
  /** Keeps an exchange under the id of its response. */
  keep(responseId: string, exchange: KeptExchange & { readonly caller: Caller }): void;
}

/** Most tool calls in memory. */
const MOST_CALLS = 10_000;

/** Keeps tool calls in memory. */
export class ToolCallsInMemory implements KeptToolCalls {
  readonly #calls = new LRUCache<string, KeptToolCall>({ max: MOST_CALLS });

  load(): void {}

  get(id: string): KeptToolCall | undefined {
    return this.#calls.get(keyOf(id));
  }

  keep(call: KeptToolCall, prefix: "call_" | "toolu_"): string {
    const key = randomBytes(16).toString("base64url");
    this.#calls.set(key, call);
    return prefix + key;
  }
}

/** Keeps no exchanges. */
export const NO_EXCHANGES: KeptExchanges = {
  contentsUntil: () => undefined,
  keep: () => {},
};

/** An id without its prefix: a conversation may change its format. */
function keyOf(id: string): string {
  return id.replace(/^(?:call|toolu)_/, "");
}
