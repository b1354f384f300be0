/**
 * What the gateway keeps between the requests of conversations in other formats.
 *
 * @module
 */
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

/**
 * Takes memory for so many bytes more, before they are read.
 *
 * @returns Undefined if the memory is available at once.
 * @throws {RpcError} If the request may not read so much.
 */
export type TakeMemory = (bytes: number) => Promise<void> | undefined;

/** The exchanges of earlier responses. Only one of one request is read at a time. */
export interface KeptExchanges {
  /**
   * The native contents of the conversation up to a response; undefined if it is not known, or is another caller's. A
   * promise only if the store is read.
   */
  contentsUntil(
    responseId: string,
    caller: Caller,
    take: TakeMemory,
  ): readonly JsonObject[] | undefined | Promise<readonly JsonObject[] | undefined>;
  /** The native contents of one exchange; as {@linkcode contentsUntil}. */
  contentsOf(
    responseId: string,
    caller: Caller,
    take: TakeMemory,
  ): readonly JsonObject[] | undefined | Promise<readonly JsonObject[] | undefined>;
  /** Deletes the exchange of a response; returns whether there was one that the caller may use. */
  delete(responseId: string, caller: Caller): Promise<boolean>;
  /** Keeps an exchange under the id of its response. */
  keep(responseId: string, exchange: KeptExchange & { readonly caller: Caller }): void;
}
