/** Splits event streams after each event. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { joinBytes } from "../../../src/base/join_bytes.ts";
import { utf8Bytes, utf8Text } from "../../../src/base/text/text.ts";
import {
  EventSplitter,
  type StreamPiece,
} from "../../../src/gemini/interactions/event_splitter.ts";
import { assertLinear } from "../../support/assert_linear.ts";

function split(chunks: readonly Uint8Array[], longest?: number): StreamPiece[] {
  const splitter = new EventSplitter(longest);
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

function texts(pieces: readonly StreamPiece[]): string[] {
  return pieces.map(({ type, bytes }) => `${type}|${utf8Text(bytes)}`);
}

Deno.test("EventSplitter ends an event at its blank line, whatever the line ends are", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const events = [
      `event: a${end}data: 1${end}${end}`,
      `: comment${end}${end}`,
      `data: 2${end}${end}`,
    ];
    const pieces = split([utf8Bytes(events.join("") + "data: 3")]);
    assert.deepEqual(texts(pieces), [...events.map((event) => `event|${event}`), "torn|data: 3"]);
  }
});

Deno.test("EventSplitter does not wait for a line feed after the carriage return that ends an event", () => {
  const splitter = new EventSplitter();
  assert.deepEqual(texts(splitter.push(utf8Bytes("data: 1\r\n\r"))), ["event|data: 1\r\n\r"]);
  assert.deepEqual(texts(splitter.push(utf8Bytes("\ndata: 2\r\n\r\n"))), [
    "rest|\n",
    "event|data: 2\r\n\r\n",
  ]);
});

Deno.test("EventSplitter passes a long event on as it comes, and then splits again", () => {
  const pieces = split(["data: 12345", "67890", "1\n\ndata: 2\n\n"].map(utf8Bytes), 12);
  assert.deepEqual(texts(pieces), [
    "beginning|data: 1234567890",
    "rest|1\n\n",
    "event|data: 2\n\n",
  ]);
});

const part = fc.constantFrom("data: x", "event: y", "\n", "\r", "\r\n", ":", "é", "");

Deno.test("EventSplitter loses no byte, and splits alike wherever chunks end", () => {
  fc.assert(fc.property(
    fc.array(part, { maxLength: 40 }),
    fc.array(fc.nat(60), { maxLength: 20 }),
    (parts, cuts) => {
      const stream = utf8Bytes(parts.join(""));
      const chunks: Uint8Array[] = [];
      let at = 0;
      for (const cut of cuts) chunks.push(stream.subarray(at, at += cut));
      chunks.push(stream.subarray(at));
      const pieces = split(chunks);
      assert.equal(utf8Text(joinBytes(pieces.map(({ bytes }) => bytes))), parts.join(""));
      // A line feed that comes later than its carriage return may stand alone.
      const bare = (pieces: readonly StreamPiece[]) =>
        texts(pieces.filter(({ type }) => type !== "rest")).map((text) => text.replace(/\n+$/, ""));
      assert.deepEqual(bare(pieces), bare(split([stream])));
    },
  ));
});

Deno.test("EventSplitter takes linear time for an event in tiny chunks", () => {
  assertLinear({
    from: 20_000,
    make: (n) => n,
    work(n) {
      const splitter = new EventSplitter();
      const chunk = utf8Bytes("d");
      for (let nth = 0; nth < n; nth++) splitter.push(chunk);
      splitter.end();
    },
  });
});
