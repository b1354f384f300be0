/**
 * A response read from its connection.
 *
 * @module
 */
import { OpenFraming } from "./body_framing.ts";
import type { ResponseHead } from "./response_head.ts";
import type { HttpResponse } from "../connections.ts";

/** The part of a connection that {@linkcode DirectResponse} uses. */
export interface ResponseSource {
  /** The next bytes received, undefined at the end; a view that is valid until the next call. */
  next(): Promise<Uint8Array | undefined>;
  /** The response has been read to its end, or was cancelled. */
  finish(isReusable: boolean): void;
  /** The response can't be read any further. */
  breakOff(): void;
}

/** A response whose head was read; its connection is free, or closed, when its body is over. */
export class DirectResponse implements HttpResponse {
  readonly #connection: ResponseSource;
  readonly #head: ResponseHead;
  #isOver = false;

  constructor(connection: ResponseSource, head: ResponseHead) {
    this.#connection = connection;
    this.#head = head;
    if (head.framing.isDone) this.#finish();
  }

  get status(): number {
    return this.#head.status;
  }

  get headers(): ResponseHead["headers"] {
    return this.#head.headers;
  }

  get isFramed(): boolean {
    return !(this.#head.framing instanceof OpenFraming);
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
    this.#connection.finish(keepsAlive && !framing.preventsReuse);
  }
}
