/**
 * The items of a response's output: their places, their ids, and the events that begin and end them.
 *
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import type { EventSink } from "./response_events.ts";
import { itemId } from "./response_ids.ts";

/** The place of one item in the output. */
export interface ItemPlace {
  readonly id: string;
  readonly index: number;
  /** Reports an event about the item. */
  emit(type: string, members?: JsonObject): void;
  /** Reports that the item is complete. */
  done(item: JsonObject): void;
}

/** The items of one response. */
export class OutputList {
  readonly #responseId: string;
  readonly #sink: EventSink;
  readonly #items: JsonObject[] = [];
  #count = 0;

  constructor(responseId: string, sink: EventSink) {
    this.#responseId = responseId;
    this.#sink = sink;
  }

  /** The items that are complete, in the order of their places: at most one item is open at a time. */
  get items(): readonly JsonObject[] {
    return this.#items;
  }

  /**
   * Adds an item, and reports it.
   *
   * @param prefix The prefix of its id, such as `msg_`.
   * @param item The item as it begins, without its id.
   */
  add(prefix: string, item: JsonObject): ItemPlace {
    const index = this.#count++;
    const id = itemId(this.#responseId, { prefix, index });
    this.#sink.emit("output_item.added", { output_index: index, item: { id, ...item } });
    return {
      id,
      index,
      emit: (type, members = {}) =>
        this.#sink.emit(type, { item_id: id, output_index: index, ...members }),
      done: (done) => {
        const whole = { id, ...done };
        this.#items.push(whole);
        this.#sink.emit("output_item.done", { output_index: index, item: whole });
      },
    };
  }
}
