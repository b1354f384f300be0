/** What counts as the head of a response. @module */
import assert from "node:assert/strict";
import { parseResponseHead } from "../../../../src/upstream/wire/http/response_head.ts";
import {
  ChunkedFraming,
  LengthFraming,
  OpenFraming,
} from "../../../../src/upstream/wire/http/body_framing.ts";

function headOf(...lines: string[]) {
  return parseResponseHead(lines.join("\r\n"));
}

Deno.test("parseResponseHead() reads status and headers, their names in lower case", () => {
  const head = headOf("HTTP/1.1 429 Too Many Requests", "Retry-After:  7 ", "X-A:", "x-b: c:d");
  assert.equal(head.status, 429);
  assert.deepEqual(head.headers, [["retry-after", "7"], ["x-a", ""], ["x-b", "c:d"]]);
  assert.equal(headOf("HTTP/1.1 200").status, 200);
});

for (
  const [what, framing, keepsAlive, lines] of [
    ["a length", LengthFraming, true, ["HTTP/1.1 200 OK", "Content-Length: 5"]],
    ["one length twice", LengthFraming, true, [
      "HTTP/1.1 200 OK",
      "Content-Length: 5",
      "content-length: 5",
    ]],
    ["chunks", ChunkedFraming, true, ["HTTP/1.1 200 OK", "Transfer-Encoding: Chunked"]],
    ["neither", OpenFraming, false, ["HTTP/1.1 200 OK"]],
    ["no content", LengthFraming, true, ["HTTP/1.1 204 No Content"]],
    ["a notice", LengthFraming, true, ["HTTP/1.1 100 Continue"]],
    ["HTTP/1.0", LengthFraming, false, ["HTTP/1.0 200 OK", "Content-Length: 5"]],
    ["a wish to close", LengthFraming, false, [
      "HTTP/1.1 200 OK",
      "Content-Length: 5",
      "Connection: keep-alive, Close",
    ]],
    ["a length beside chunks", ChunkedFraming, false, [
      "HTTP/1.1 200 OK",
      "Content-Length: 5",
      "Transfer-Encoding: chunked",
    ]],
  ] as const
) {
  Deno.test(`parseResponseHead() tells the body and what becomes of the connection with ${what}`, () => {
    const head = headOf(...lines);
    assert.ok(head.framing instanceof framing);
    assert.equal(head.keepsAlive, keepsAlive);
  });
}

for (
  const [what, message, lines] of [
    ["what is not HTTP", /is not HTTP/, ["SSH-2.0-OpenSSH_9.2"]],
    ["HTTP/2", /is not HTTP/, ["HTTP/2 200"]],
    ["a status of four digits", /is not HTTP/, ["HTTP/1.1 2000 OK"]],
    ["nothing", /is not HTTP/, [""]],
    ["a line that goes on with the one before", /malformed header/, [
      "HTTP/1.1 200 OK",
      "a: b",
      " c: d",
    ]],
    ["a space before the colon", /malformed header/, ["HTTP/1.1 200 OK", "Content-Length : 5"]],
    ["a line without colon", /malformed header/, ["HTTP/1.1 200 OK", "content-length"]],
    ["a bare line feed in a name", /malformed header/, ["HTTP/1.1 200 OK", "a\nb: c"]],
    ["a NUL in a value", /malformed header/, ["HTTP/1.1 200 OK", "a: b\0c"]],
    ["two lengths", /two lengths/, ["HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 6"]],
    ["a list of lengths", /malformed length/, ["HTTP/1.1 200 OK", "Content-Length: 5, 5"]],
    ["a negative length", /malformed length/, ["HTTP/1.1 200 OK", "Content-Length: -5"]],
    ["an empty length", /malformed length/, ["HTTP/1.1 200 OK", "Content-Length:"]],
    ["another coding", /sent in "gzip, chunked"/, [
      "HTTP/1.1 200 OK",
      "Transfer-Encoding: gzip",
      "Transfer-Encoding: chunked",
    ]],
  ] as const
) {
  Deno.test(`parseResponseHead() refuses ${what}`, () => {
    assert.throws(() => headOf(...lines), message);
  });
}

Deno.test("parseResponseHead() reads names alike however often they come, and however many there are", () => {
  for (let index = 0; index < 600; index++) {
    const name = `X-${"Long".repeat(index % 20)}-${index % 300}`;
    const { headers } = headOf("HTTP/1.1 200 OK", `${name}: ${index}`, "Content-length: 0");
    assert.deepEqual(headers, [[name.toLowerCase(), String(index)], ["content-length", "0"]]);
  }
});

Deno.test("parseResponseHead() leaves out a length that does not count beside chunks", () => {
  const { headers } = headOf("HTTP/1.1 200 OK", "Content-Length: 3", "Transfer-Encoding: chunked");
  assert.deepEqual(headers, [["transfer-encoding", "chunked"]]);
});
