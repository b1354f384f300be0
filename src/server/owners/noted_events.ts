/**
 * The events of an interaction, whose resources get their owner before the client sees them.
 *
 * @module
 */
import { utf8Bytes } from "../../base/text/text.ts";
import type { TokenUsage } from "../../gemini/api/token_usage.ts";
import type {
  InteractionFacts,
  ObservedEvent,
} from "../../gemini/interactions/interaction_event.ts";

type Batch = readonly ObservedEvent[];

/** Most states of an interaction that are remembered: a stream shows few, each several times. */
const MOST = 100;

/** What is done with an interaction, as JSON that names resources. */
export interface EventsNotes {
  /** Records the owners of the resources, and the usage at its end. */
  readonly note: (interaction: Uint8Array, usage?: TokenUsage) => Promise<void>;
  /** The events broke off before the end; until then they had reported `usage`. */
  readonly brokeOff: (interaction: Uint8Array, usage: TokenUsage) => void;
}

/** Records resources in events. Not a generator, because cancelling a generator waits for its pending read. */
export class NotedEvents implements AsyncIterableIterator<Batch, undefined> {
  readonly #events: AsyncIterator<Batch>;
  readonly #notes: EventsNotes;
  readonly #noted = new Set<string>();
  #last: string | undefined;
  /** What was reported before the end of the interaction. */
  #usage: TokenUsage | undefined;

  constructor(events: AsyncIterable<Batch>, notes: EventsNotes) {
    this.#events = events[Symbol.asyncIterator]();
    this.#notes = notes;
  }

  async next(): Promise<IteratorResult<Batch, undefined>> {
    let result: IteratorResult<Batch, undefined>;
    try {
      result = await this.#events.next();
    } catch (error) {
      this.#brokeOff();
      throw error;
    }
    const { done, value } = result;
    if (done) {
      this.#brokeOff();
      return { done, value: undefined };
    }
    for (const { facts } of value) await this.#note(facts);
    return { done: false, value };
  }

  async return(): Promise<IteratorResult<Batch, undefined>> {
    this.#brokeOff();
    await this.#events.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #note({ interaction, usage, isOver }: InteractionFacts): Promise<void> {
    const final = isOver ? usage : undefined;
    this.#usage = final === undefined ? usage ?? this.#usage : undefined;
    if (interaction === undefined) return;
    this.#last = interaction;
    if (final === undefined && this.#noted.has(interaction)) return;
    if (this.#noted.size < MOST) this.#noted.add(interaction);
    await this.#notes.note(utf8Bytes(interaction), final);
  }

  #brokeOff(): void {
    if (this.#usage === undefined || this.#last === undefined) return;
    this.#notes.brokeOff(utf8Bytes(this.#last), this.#usage);
    this.#usage = undefined;
  }
}
