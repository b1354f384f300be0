/** Bodies of two parts, however they are cut into pieces. @module */
import assert from "node:assert/strict";
import { boundaryOf, MultipartRelated } from "../../../src/emulator/uploads/multipart_related.ts";
import { utf8Bytes, utf8Text } from "../../../src/base/text/text.ts";

const BODY = "--b\r\n\r\n{}\r\n--b\r\nContent-Type: image/png\r\n\r\nby\r\n--tes\r\n-\r\n--b--\r\n";

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = utf8Bytes(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  await Promise.resolve();
}

Deno.test("MultipartRelated reads the same of pieces of every size", async () => {
  for (let size = 1; size <= BODY.length; size++) {
    const body = new MultipartRelated(pieces(BODY, size), "b");
    assert.deepEqual(await body.head(), { text: "{}", mediaType: "image/png" });
    let media = "";
    for await (const piece of body.media()) media += utf8Text(piece);
    assert.equal(media, "by\r\n--tes\r\n-");
  }
});

Deno.test("MultipartRelated refuses a body that is cut within head or media", async () => {
  const media = BODY.indexOf("by");
  for (let length = 0; length < BODY.lastIndexOf("\r\n--b--") + 5; length++) {
    const body = new MultipartRelated(pieces(BODY.slice(0, length), 7), "b");
    const head = await body.head();
    assert.equal(head === undefined, length < media, `${length}`);
    if (head === undefined) continue;
    await assert.rejects(async () => {
      for await (const _ of body.media());
    }, /ends before its last delimiter/);
  }
});

Deno.test("boundaryOf() reads quoted and bare boundaries of multipart/related only", () => {
  assert.equal(boundaryOf("multipart/related; boundary=b-1"), "b-1");
  assert.equal(boundaryOf('Multipart/Related; type="a"; BOUNDARY="b 1"'), "b 1");
  assert.equal(boundaryOf("multipart/form-data; boundary=b"), undefined);
  assert.equal(boundaryOf("multipart/related"), undefined);
});
