/**
 * The events of an interaction, whose resources get their owner before the client sees them.
 *
 * @module
 */
import { utf8Bytes } from "../../base/text.ts";
import type { TokenUsage } from "../../gemini/api/token_usage.ts";
import type { ObservedEvent } from "../../gemini/interactions/interaction_event.ts";

type Batch = readonly ObservedEvent[];

/** Most states of an interaction that are remembered: a stream shows few, each several times. */
const MOST = 100;

/** Records resources in events. Not a generator, because cancelling a generator waits for its pending read. */
export class NotedEvents implements AsyncIterableIterator<Batch, undefined> {
  readonly #events: AsyncIterator<Batch>;
  readonly #note: (interaction: Uint8Array, usage?: TokenUsage) => Promise<void>;
  readonly #noted = new Set<string>();

  /** @param note Records the owners of the resources that an interaction's JSON names, and its usage at its end. */
  constructor(
    events: AsyncIterable<Batch>,
    note: (interaction: Uint8Array, usage?: TokenUsage) => Promise<void>,
  ) {
    this.#events = events[Symbol.asyncIterator]();
    this.#note = note;
  }

  async next(): Promise<IteratorResult<Batch, undefined>> {
    const { done, value } = await this.#events.next();
    if (done) return { done, value: undefined };
    for (const { facts: { interaction, usage } } of value) {
      if (interaction === undefined) continue;
      if (usage === undefined && this.#noted.has(interaction)) continue;
      if (this.#noted.size < MOST) this.#noted.add(interaction);
      await this.#note(utf8Bytes(interaction), usage);
    }
    return { done: false, value };
  }

  async return(): Promise<IteratorResult<Batch, undefined>> {
    await this.#events.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
