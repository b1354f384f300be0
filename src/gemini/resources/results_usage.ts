/**
 * Adds up the usage in a file with the results of a batch, while its bytes pass by.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { sumOfUsage, type TokenUsage, usageIn } from "../api/token_usage.ts";

const NAME = '"usageMetadata"';
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Longest usage that is read, in bytes. */
const LONGEST = 8 * 1024;

/**
 * The usage of all results. Holds at most one usage and one piece; what is no usage is only searched for the name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ResultsUsage } from "./results_usage.ts";
 *
 * const results = new ResultsUsage();
 * results.add(new TextEncoder().encode('{"response":{"usageMeta'));
 * results.add(new TextEncoder().encode('data":{"totalTokenCount":3}}}\n'));
 * assert.equal(results.usage?.total, 3);
 * ```
 */
export class ResultsUsage {
  #usage: TokenUsage | undefined;
  #left: Uint8Array = new Uint8Array();

  /** The sum; undefined if there is none. */
  get usage(): TokenUsage | undefined {
    return this.#usage;
  }

  /** Reads the next bytes. */
  add(piece: Uint8Array): void {
    const bytes = Buffer.concat([this.#left, piece]);
    let from = 0;
    for (let at = bytes.indexOf(NAME); at >= 0; at = bytes.indexOf(NAME, from)) {
      const end = objectEnd(bytes, at + NAME.length);
      if (end === undefined) {
        // Copied, since a view would keep the piece in memory.
        this.#left = bytes.length - at > LONGEST
          ? new Uint8Array()
          : new Uint8Array(bytes.subarray(at));
        return;
      }
      const start = bytes.indexOf(OPEN, at);
      this.#usage = sumOfUsage(this.#usage, usageIn(bytes.subarray(start, end)));
      from = end;
    }
    this.#left = new Uint8Array(bytes.subarray(Math.max(from, bytes.length - NAME.length + 1)));
  }
}

/** Where the object after a member's name ends; undefined if it does not end within the bytes. */
function objectEnd(bytes: Uint8Array, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] === OPEN) depth++;
    else if (bytes[at] === CLOSE && --depth <= 0) return at + 1;
    else if (depth === 0 && at - from > 16) return at;
  }
  return undefined;
}
