/**
 * Buffers lines for a file: one write takes many lines, and no caller waits for it.
 *
 * @module
 */
import { ignore } from "../base/ignore.ts";
import { utf8Bytes } from "../base/text/text.ts";

/** Longest time that a line is buffered, in ms. */
const HOLD_MS = 100;

/** Number of lines that starts a write at once. */
const BATCH_LINES = 256;

/** Most buffered lines when the reader is stalled; further ones are counted and dropped. */
const MOST_LINES = 10_000;

/** Longest wait for a stalled reader when closing, in ms. */
const CLOSE_MS = 1000;

/** The destination of the lines, such as `Deno.stderr`. */
export interface LineTarget {
  /** Writes some of the bytes; resolves to how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Buffers lines briefly. */
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

  /** Adds a line, with its line feed. */
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

  /** Writes the buffered lines. Never rejects, since there is no other place to report the failure. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#writeAll().catch(ignore).finally(() => this.#writing = undefined);
    return this.#writing;
  }

  /** Writes the buffered lines, but waits at most a second, so that a stalled reader blocks no exit. */
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
