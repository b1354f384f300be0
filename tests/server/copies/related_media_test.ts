/** The media in bodies of two parts. @module */
import assert from "node:assert/strict";
import { boundaryOf, RelatedMedia } from "../../../src/server/copies/related_media.ts";
import { joinBytes } from "../../../src/base/join_bytes.ts";

const encoder = new TextEncoder();

/** Reads a body in pieces of a size. */
function mediaOf(body: Uint8Array, size: number): { media: string; isComplete: boolean } {
  const pieces: Uint8Array[] = [];
  const reader = new RelatedMedia("b", (bytes) => pieces.push(bytes));
  for (let at = 0; at < body.length; at += size) reader.push(body.subarray(at, at + size));
  return {
    media: new TextDecoder().decode(joinBytes(pieces)),
    isComplete: reader.isComplete,
  };
}

const HEAD = '--b\r\ncontent-type: application/json\r\n\r\n{"file":{}}\r\n--b\r\na: b\r\n\r\n';

Deno.test("RelatedMedia finds the media, however the body is split", () => {
  for (const media of ["", "hello", "\r\n--", "x\r\n--a\r\n-", "\r\n\r\n--b\r\n\r", "--b--"]) {
    const body = encoder.encode(`${HEAD}${media}\r\n--b--\r\n`);
    for (let size = 1; size <= body.length; size++) {
      const expected = media.includes("\r\n--b") ? media.slice(0, media.indexOf("\r\n--b")) : media;
      assert.deepEqual(mediaOf(body, size), { media: expected, isComplete: true }, `${size}`);
    }
  }
});

Deno.test("RelatedMedia is not complete without the last delimiter, or the media", () => {
  for (const body of [`${HEAD}hello`, `${HEAD}hello\r\n--`, "--b\r\n\r\n{}", "", "x".repeat(300)]) {
    for (const size of [1, 7, 1000]) {
      assert.equal(mediaOf(encoder.encode(body), size).isComplete, false, body);
    }
  }
});

Deno.test("boundaryOf() reads quoted and bare boundaries of multipart/related", () => {
  assert.equal(boundaryOf('multipart/related; boundary="a b"'), "a b");
  assert.equal(boundaryOf("Multipart/Related; charset=x; boundary=ab"), "ab");
  assert.equal(boundaryOf("multipart/form-data; boundary=ab"), undefined);
  assert.equal(boundaryOf("text/plain"), undefined);
});
