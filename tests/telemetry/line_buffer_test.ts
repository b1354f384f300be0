/** Lines go together, in order, and none waits for a reader. @module */
import assert from "node:assert/strict";
import { LineBuffer } from "../../src/telemetry/line_buffer.ts";

const decoder = new TextDecoder();

/** A target whose writes end when the test says so, and take at most `most` bytes each. */
class HeldTarget {
  readonly written: string[] = [];
  readonly #most: number;
  #gate: PromiseWithResolvers<void> | undefined;

  constructor(most = Infinity) {
    this.#most = most;
  }

  hold(): void {
    this.#gate = Promise.withResolvers();
  }

  release(): void {
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  async write(bytes: Uint8Array): Promise<number> {
    await this.#gate?.promise;
    const part = bytes.subarray(0, this.#most);
    this.written.push(decoder.decode(part));
    return part.length;
  }
}

Deno.test("LineBuffer writes many lines with one write, in order", async () => {
  const target = new HeldTarget();
  const buffer = new LineBuffer(target);
  for (let n = 0; n < 100; n++) buffer.add(`${n}\n`);
  assert.deepEqual(target.written, []);
  await buffer.flush();
  assert.equal(target.written.length, 1);
  assert.equal(target.written[0], Array.from({ length: 100 }, (_, n) => `${n}\n`).join(""));
});

Deno.test("LineBuffer writes by itself after a moment, and at once when there is much", async () => {
  const written = Promise.withResolvers<string>();
  const buffer = new LineBuffer({
    write(bytes) {
      written.resolve(decoder.decode(bytes));
      return Promise.resolve(bytes.length);
    },
  });
  buffer.add("alone\n");
  assert.equal(await written.promise, "alone\n");

  const target = new HeldTarget();
  const busy = new LineBuffer(target);
  for (let n = 0; n < 256; n++) busy.add("x\n");
  await busy.flush();
  assert.equal(target.written.join("").length, 512);
});

Deno.test("LineBuffer goes on where a write took only some of the bytes", async () => {
  const target = new HeldTarget(3);
  const buffer = new LineBuffer(target);
  buffer.add("hello\n");
  buffer.add("world\n");
  await buffer.flush();
  assert.equal(target.written.join(""), "hello\nworld\n");
});

Deno.test("LineBuffer counts lines that are lost when nobody reads, and keeps the others", async () => {
  const target = new HeldTarget();
  const buffer = new LineBuffer(target);
  target.hold();
  buffer.add("first\n");
  const flushed = buffer.flush();
  for (let n = 0; n < 10_005; n++) buffer.add("later\n");
  target.release();
  await flushed;
  const lines = target.written.join("").trimEnd().split("\n");
  assert.equal(lines.filter((line) => line === "later").length, 10_000);
  assert.equal(lines.at(-1), "5 lines of the log were lost, because nothing read it");
});

Deno.test("LineBuffer survives a target that fails", async () => {
  const buffer = new LineBuffer({ write: () => Promise.reject(new Error("closed")) });
  buffer.add("x\n");
  await buffer.flush();
});
