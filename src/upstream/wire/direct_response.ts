/**
 * A response that is read from its connection.
 *
 * @module
 */
import type { AnswerHead } from "./response_head.ts";
import type { HttpAnswer } from "./connections.ts";

/** What {@linkcode DirectAnswer} needs of a connection. */
export interface AnswerSource {
  /** The bytes that came next, undefined at their end; a view that holds until the next call. */
  next(): Promise<Uint8Array | undefined>;
  /** The response has been read to its end, or is given up. */
  finish(isReusable: boolean): void;
  /** The response can't be read any further. */
  breakOff(): void;
}

/** A response whose head was read; its connection is free, or closed, when its body is over. */
export class DirectAnswer implements HttpAnswer {
  readonly #connection: AnswerSource;
  readonly #head: AnswerHead;
  #isOver = false;

  constructor(connection: AnswerSource, head: AnswerHead) {
    this.#connection = connection;
    this.#head = head;
    if (head.framing.isDone) this.#finish();
  }

  get status(): number {
    return this.#head.status;
  }

  header(name: string): string | undefined {
    return this.#head.headers.find(([known]) => known === name)?.[1];
  }

  async read(): Promise<Uint8Array | undefined> {
    const { framing } = this.#head;
    while (!this.#isOver) {
      try {
        const bytes = await this.#connection.next();
        if (bytes === undefined) framing.end();
        const piece = bytes && framing.push(bytes);
        if (framing.isDone) this.#finish();
        if (piece !== undefined && piece.length > 0) return piece;
      } catch (error) {
        this.#isOver = true;
        this.#connection.breakOff();
        throw error;
      }
    }
    return undefined;
  }

  cancel(): Promise<void> {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#connection.finish(false);
    }
    return Promise.resolve();
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { framing, keepsAlive } = this.#head;
    this.#connection.finish(keepsAlive && !framing.spoilsConnection);
  }
}
