/**
 * The exchanges of one conversation, as they are put together for a request that continues it.
 *
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import { invalidField } from "../../../formats/shared/fields/invalid_field.ts";
import type { TakeMemory } from "../kept_parts.ts";
import type { ExchangeRow } from "./exchange_rows.ts";

const MIB = 1024 * 1024;

/** Most bytes of a conversation. */
const MOST_BYTES = 32 * MIB;

/** An exchange in memory. */
export interface Exchange {
  readonly row: ExchangeRow;
  readonly contents: readonly JsonObject[];
}

/** The exchanges of a conversation, from its last one on. */
export class Chain {
  readonly #most: number;
  readonly #exchanges: Exchange[] = [];
  #count = 0;
  #bytes = 0;
  /** The bytes that no memory is taken for. */
  #untaken = 0;
  /** Whether a part of it is not known. */
  isBroken = false;

  /** @param most Most exchanges. */
  constructor(most = 1000) {
    this.#most = most;
  }

  /**
   * The contents, from the first one on; undefined if a part of them is not known.
   */
  get contents(): readonly JsonObject[] | undefined {
    return this.isBroken
      ? undefined
      : this.#exchanges.toReversed().flatMap(({ contents }) => contents);
  }

  /** @throws {RpcError} INVALID_ARGUMENT if the conversation gets too long. */
  add(exchange: Exchange): void {
    this.count(exchange.row);
    this.push(exchange);
  }

  /** Counts an exchange that is added by {@linkcode push}; as {@linkcode add}. */
  count({ bytes }: ExchangeRow): void {
    this.#count++;
    this.#bytes += bytes;
    this.#untaken += bytes;
    if (this.#count <= this.#most && this.#bytes <= MOST_BYTES) return;
    throw invalidField(
      "previous_response_id",
      `The conversation is too long to be continued: it has more than ${this.#most} responses ` +
        `or ${MOST_BYTES / MIB} MiB; begin a new one, with its summary as input`,
    );
  }

  /** Adds an exchange that was counted. */
  push(exchange: Exchange): void {
    this.#exchanges.push(exchange);
  }

  /** Takes memory for what was counted. Returns the {@linkcode contents}; a promise only if that has to wait. */
  take(
    take: TakeMemory,
  ): readonly JsonObject[] | undefined | Promise<readonly JsonObject[] | undefined> {
    const bytes = this.#untaken;
    this.#untaken = 0;
    const memory = this.isBroken || bytes === 0 ? undefined : take(bytes);
    return memory === undefined ? this.contents : memory.then(() => this.contents);
  }
}
