/**
 * Lines on their way to a file: many go with one write, and nobody waits for it.
 *
 * @module
 */
import { ignore } from "../base/ignore.ts";
import { utf8Bytes } from "../base/text.ts";

/** Longest that a line is held, in ms. */
const HOLD_MS = 100;

/** Lines that go at once. */
const BATCH_LINES = 256;

/** Most lines held for a reader that does not read; those that come then are counted and lost. */
const MOST_LINES = 10_000;

/** Longest wait at the end for a reader that does not read, in ms. */
const CLOSE_MS = 1000;

/** What lines are written to, such as `Deno.stderr`. */
export interface LineTarget {
  /** Writes some of the bytes; resolves to how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Holds lines for a moment. */
export class LineBuffer {
  readonly #target: LineTarget;
  /** One text, not a list: V8 joins it only once, when it is written. */
  #text = "";
  #lines = 0;
  #lost = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;

  constructor(target: LineTarget) {
    this.#target = target;
  }

  /** Takes a line, with its line feed. */
  add(line: string): void {
    if (this.#lines >= MOST_LINES) {
      this.#lost++;
      return;
    }
    this.#text += line;
    this.#lines++;
    if (this.#writing !== undefined) return;
    if (this.#lines >= BATCH_LINES) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), HOLD_MS);
  }

  /** Writes what is held. Never rejects: a log that can't be written has nowhere to say so. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#writeAll().catch(ignore).finally(() => this.#writing = undefined);
    return this.#writing;
  }

  /** Writes what is held, unless nobody takes it within a second: an end must not hang on that. */
  async close(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CLOSE_MS);
    await Promise.race([this.flush(), late]);
    clearTimeout(timer);
  }

  async #writeAll(): Promise<void> {
    while (this.#lines > 0) {
      if (this.#lost > 0) {
        this.#text += `${this.#lost} lines of the log were lost, because nothing read it\n`;
      }
      let bytes = utf8Bytes(this.#text);
      this.#text = "";
      this.#lines = this.#lost = 0;
      while (bytes.length > 0) bytes = bytes.subarray(await this.#target.write(bytes));
    }
  }
}
