/**
 * What reads HTTP/1.1 of an upstream: the same bytes give the same response, however they were cut.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parseResponseHead } from "../../../src/upstream/wire/http/response_head.ts";
import { ChunkedFraming } from "../../../src/upstream/wire/http/body_framing.ts";
import type { Random } from "../../support/random.ts";
import { type FuzzTarget, latin1, outcome, split } from "../fuzz_target.ts";

/** An error of HTTP has no class of its own; one of JavaScript's own kinds is a mistake. */
function isMistake(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError ||
    error instanceof ReferenceError;
}

/** What a parser makes of an input, or that it refused. */
function read<Value>(parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch (error) {
    if (isMistake(error)) throw error;
    return undefined;
  }
}

function checkHead(input: Uint8Array): void {
  const head = read(() => parseResponseHead(latin1(input)));
  if (head === undefined) return;
  assert.ok(head.status >= 100 && head.status <= 599);
  for (const [name, value] of head.headers) {
    assert.equal(name, name.toLowerCase());
    assert.doesNotMatch(name, /[\s:]/);
    assert.doesNotMatch(value, /[\r\n]/);
  }
}

function bodyOf(pieces: readonly Uint8Array[]): string | undefined {
  return read(() => {
    const framing = new ChunkedFraming();
    let body = "";
    for (const piece of pieces) if (!framing.isDone) body += latin1(framing.push(piece));
    framing.end();
    return body;
  });
}

function checkChunks(input: Uint8Array, random: Random): void {
  const whole = bodyOf([input]);
  assert.equal(bodyOf(split(input, random)), whole);
  assert.ok((whole?.length ?? 0) <= input.length);
}

/** What is written in chunks, in any sizes, is read as it was. */
function checkRoundTrip(input: Uint8Array, random: Random): void {
  const chunks = split(input, random).map((piece) =>
    `${piece.length.toString(16)}${random.chance(0.2) ? ";x=1" : ""}\r\n${latin1(piece)}\r\n`
  );
  const text = `${chunks.join("")}0\r\n${random.chance(0.2) ? "x: 1\r\n" : ""}\r\n`;
  const bytes = Uint8Array.from(text, (sign) => sign.charCodeAt(0));
  assert.equal(bodyOf(split(bytes, random)), latin1(input));
  outcome(() => bodyOf([bytes.subarray(0, random.between(0, bytes.length))]), []);
}

const HEAD =
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nVary: X";

/** The targets. */
export const HTTP_TARGETS: readonly FuzzTarget[] = [
  {
    name: "response_head",
    seeds: [
      HEAD,
      "HTTP/1.0 503 Service Unavailable\nContent-Length: 12\nConnection: close",
      "HTTP/1.1 204 \r\nSet-Cookie: a=b; Path=/\r\nSet-Cookie: c=d",
    ],
    tokens: [
      ...[
        "\r\n",
        "\n",
        "\r",
        ": ",
        ":",
        "HTTP/1.1 ",
        "Content-Length: ",
        "1",
        "-1",
        "0x1",
        "chunked",
      ],
      ...["Transfer-Encoding: ", "Connection: close", "gzip, chunked", " ", "\t", "\0", "999"],
    ],
    check: checkHead,
  },
  {
    name: "chunked_body",
    seeds: [
      "5\r\nhello\r\n0\r\n\r\n",
      "1;a=b\r\nx\r\n0\r\nTrailer: y\r\n\r\n",
      "a\nhelloworld\n0\n\n",
    ],
    tokens: ["\r\n", "\n", "0\r\n\r\n", ";", "ffffffffffff", "F", "00", " ", "\r"],
    check: checkChunks,
  },
  {
    name: "chunked_round_trip",
    seeds: ["hello", HEAD, ""],
    tokens: ["\r\n", "0"],
    check: checkRoundTrip,
  },
];
