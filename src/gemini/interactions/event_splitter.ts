/**
 * Splits an event stream after each event, without changing a byte of it.
 *
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream}
 * @module
 */
import { ByteCollector } from "../../base/byte_collector.ts";

const LF = 0x0a;
const CR = 0x0d;

/** Longest event that is held back until its end, in bytes. Of a longer one, only its beginning is read. */
const LONGEST_HELD = 1024 * 1024;

/** A piece of the stream. All pieces together are the stream. */
export interface StreamPiece {
  readonly bytes: Uint8Array;
  /**
   * `event`: a whole event with its blank line. `beginning`: of an event that is too long. `rest`: more of such an
   * event. `torn`: the bytes after the last blank line.
   */
  readonly type: "event" | "beginning" | "rest" | "torn";
}

/** Splits one stream. An event is held back until it is complete; takes linear time. */
export class EventSplitter {
  readonly #longest: number;
  readonly #held = new ByteCollector();
  /** Whether the line that is being read has no bytes yet. */
  #isLineEmpty = true;
  /** Whether the last byte was a carriage return: a line feed after it belongs to the same line end. */
  #endsInCr = false;
  /** Whether the event that is being read is passed on without waiting for its end. */
  #isTooLong = false;

  /** @param longest Longest event that is held back, in bytes. */
  constructor(longest: number = LONGEST_HELD) {
    this.#longest = longest;
  }

  /** The pieces that further bytes of the stream complete. */
  push(chunk: Uint8Array): StreamPiece[] {
    const pieces: StreamPiece[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte !== LF && byte !== CR) {
        this.#isLineEmpty = this.#endsInCr = false;
        continue;
      }
      const isSecond = byte === LF && this.#endsInCr;
      this.#endsInCr = byte === CR;
      if (isSecond) {
        // The line feed after a carriage return that ended an event.
        if (at === 0 && this.#held.length === 0) {
          pieces.push({ type: "rest", bytes: chunk.subarray(0, 1) });
          start = 1;
        }
        continue;
      }
      if (this.#isLineEmpty) {
        const end = byte === CR && chunk[at + 1] === LF ? at + 2 : at + 1;
        this.#endsInCr = end === at + 1 && byte === CR;
        pieces.push(this.#event(chunk.subarray(start, end)));
        start = end;
        at = end - 1;
      }
      this.#isLineEmpty = true;
    }
    if (start < chunk.length) pieces.push(...this.#hold(chunk.subarray(start)));
    return pieces;
  }

  /** What is left at the end of the stream. */
  end(): StreamPiece[] {
    return this.#held.length === 0 ? [] : [{ type: "torn", bytes: this.#held.take() }];
  }

  #event(end: Uint8Array): StreamPiece {
    if (this.#isTooLong) {
      this.#isTooLong = false;
      return { type: "rest", bytes: end };
    }
    if (this.#held.length === 0) return { type: "event", bytes: end };
    this.#held.add(end);
    return { type: "event", bytes: this.#held.take() };
  }

  #hold(bytes: Uint8Array): StreamPiece[] {
    if (this.#isTooLong) return [{ type: "rest", bytes }];
    this.#held.add(bytes);
    if (this.#held.length <= this.#longest) return [];
    this.#isTooLong = true;
    return [{ type: "beginning", bytes: this.#held.take() }];
  }
}
