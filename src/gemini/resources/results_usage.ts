/**
 * Adds up the usage in a file with the results of a batch, while its bytes pass by.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { count, sumOfUsage, type TokenUsage, usageIn, usageOfPrompt } from "../api/token_usage.ts";

const NAME = '"usageMetadata"';

/** The name of the count that an embedding has in place of a usage. */
const COUNT = '"tokenCount"';

/** Longest count with what is around it, in bytes. */
const LONGEST_COUNT = 32;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const COMMA = 0x2c;

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
  readonly #isOfEmbeddings: boolean;

  /** @param options `isOfEmbeddings`: whether the results are embeddings. */
  constructor({ isOfEmbeddings = false }: { readonly isOfEmbeddings?: boolean } = {}) {
    this.#isOfEmbeddings = isOfEmbeddings;
  }

  /** The sum; undefined if there is none. */
  get usage(): TokenUsage | undefined {
    return this.#usage;
  }

  /** Reads the next bytes. */
  add(piece: Uint8Array): void {
    const bytes = Buffer.concat([this.#left, piece]);
    let from = 0;
    let usageAt = bytes.indexOf(NAME);
    let countAt = this.#isOfEmbeddings ? bytes.indexOf(COUNT) : -1;
    for (;;) {
      // Neither is searched again before it is reached, so that the time stays linear.
      if (usageAt >= 0 && usageAt < from) usageAt = bytes.indexOf(NAME, from);
      if (countAt >= 0 && countAt < from) countAt = bytes.indexOf(COUNT, from);
      const isCount = countAt >= 0 && (usageAt < 0 || countAt < usageAt);
      const at = isCount ? countAt : usageAt;
      if (at < 0) break;
      const end = isCount ? countEnd(bytes, at) : objectEnd(bytes, at + NAME.length);
      if (end === undefined) {
        // Copied, since a view would keep the piece in memory.
        this.#left = bytes.length - at > LONGEST
          ? new Uint8Array()
          : new Uint8Array(bytes.subarray(at));
        return;
      }
      const usage = isCount
        ? countIn(bytes.toString("latin1", at + COUNT.length, end))
        : usageIn(bytes.subarray(bytes.indexOf(OPEN, at), end));
      this.#usage = sumOfUsage(this.#usage, usage);
      from = end;
    }
    this.#left = new Uint8Array(bytes.subarray(Math.max(from, bytes.length - NAME.length + 1)));
  }
}

/** Where a count ends; undefined if it does not end within the bytes. */
function countEnd(bytes: Uint8Array, at: number): number | undefined {
  const most = at + COUNT.length + LONGEST_COUNT;
  for (let end = at + COUNT.length; end < Math.min(bytes.length, most); end++) {
    if (bytes[end] === COMMA || bytes[end] === CLOSE) return end;
  }
  return bytes.length < most ? undefined : most;
}

/** The usage of an embedding, from what follows the name of its count. */
function countIn(text: string): TokenUsage | undefined {
  const [, digits] = /^\s*:\s*"?(\d+)"?\s*$/.exec(text) ?? [];
  return digits === undefined ? undefined : usageOfPrompt(count(digits));
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
