/**
 * The events that wait for one reader. A slow reader loses the oldest calls, and is told how many.
 *
 * @module
 */
import { utf8Bytes } from "../../../base/text/text.ts";

/** Most calls that wait for a reader. */
export const MOST_QUEUED = 500;

/** A line that clients ignore: it shows them, and proxies, that the connection lives. */
const COMMENT = ":\n\n";

/** An event as text. */
export function eventText(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A stream of events, and what waits for its reader. */
export class EventQueue {
  readonly stream: ReadableStream<Uint8Array>;
  #calls: string[] = [];
  #lost = 0;
  /** The newest of each kind, by its name. */
  readonly #others = new Map<string, string>();
  #wake: (() => void) | undefined;
  #isEnded = false;

  /** @param onClose Called once the reader has left. */
  constructor(onClose: (queue: EventQueue) => void) {
    this.stream = new ReadableStream({
      pull: async (controller) => {
        while (!this.#isEnded && !this.#hasSome) {
          await new Promise<void>((resolve) => this.#wake = resolve);
        }
        if (this.#hasSome) controller.enqueue(utf8Bytes(this.#take()));
        if (this.#isEnded) controller.close();
      },
      cancel: () => {
        this.end();
        onClose(this);
      },
    }, { highWaterMark: 0 });
  }

  /** Adds a call's event. */
  call(text: string): void {
    if (this.#calls.length >= MOST_QUEUED) {
      this.#calls.shift();
      this.#lost++;
    }
    this.#calls.push(text);
    this.#wake?.();
  }

  /** Adds another event; it replaces one of its name that still waits. */
  other(name: string, text: string): void {
    this.#others.set(name, text);
    this.#wake?.();
  }

  /** Adds a comment. */
  comment(): void {
    this.other("", COMMENT);
  }

  /** Ends the stream after what waits. */
  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  get #hasSome(): boolean {
    return this.#calls.length > 0 || this.#others.size > 0;
  }

  #take(): string {
    const lost = this.#lost === 0 ? "" : eventText("lost", { count: this.#lost });
    const text = lost + this.#calls.join("") + [...this.#others.values()].join("");
    this.#calls = [];
    this.#lost = 0;
    this.#others.clear();
    return text;
  }
}
