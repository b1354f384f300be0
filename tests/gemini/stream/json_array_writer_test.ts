/** The array framing, held against the rules of google-generativeai's reader. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { joinBytes } from "../../../src/base/join_bytes.ts";
import { JsonArrayWriter } from "../../../src/gemini/stream/json_array_writer.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const FAULT = new RpcError("UNAVAILABLE", "The model is overloaded");

/** What a writer makes of these chunks. */
function framed(writer: JsonArrayWriter, chunks: readonly unknown[]): string {
  return chunks.map((chunk) =>
    decoder.decode(joinBytes(writer.data(encoder.encode(JSON.stringify(chunk)))))
  )
    .join("");
}

/**
 * Reads an array as google-generativeai does: one character at a time, objects handed out as they
 * close, an error for anything outside of the array and for an array that stays open.
 */
function readAsGoogleGenerativeAi(body: string): { objects: unknown[]; failure?: string } {
  const objects: unknown[] = [];
  let depth = 0;
  let object = "";
  let isInString = false;
  let isEscaped = false;
  for (const character of body) {
    if (depth === 0 && character !== "[") return { objects, failure: "not an array of objects" };
    if (!isInString && "[{".includes(character)) depth++;
    if (depth >= 2) object += character;
    if (character === '"' && !isEscaped) isInString = !isInString;
    isEscaped = character === "\\" && !isEscaped;
    if (isInString || !"]}".includes(character)) continue;
    depth--;
    if (depth !== 1) continue;
    objects.push(JSON.parse(object));
    object = "";
  }
  return depth === 0 ? { objects } : { objects, failure: "unfinished stream" };
}

Deno.test("JsonArrayWriter frames as Google does, to the byte", () => {
  const writer = new JsonArrayWriter();
  const body = framed(writer, [{ a: 1 }, { b: 2 }, { c: 3 }]) + decoder.decode(writer.end());
  assert.equal(body, '[{"a":1}\n,\r\n{"b":2}\n,\r\n{"c":3}\n]');
  assert.equal(writer.contentType, "application/json; charset=UTF-8");
});

Deno.test("JsonArrayWriter sends the bracket together with the first chunk", () => {
  assert.equal(framed(new JsonArrayWriter(), [{ a: 1 }]), '[{"a":1}');
});

Deno.test("JsonArrayWriter writes an empty array when there is no chunk", () => {
  assert.equal(decoder.decode(new JsonArrayWriter().end()), "[]");
});

Deno.test("JsonArrayWriter has no mark for [DONE]", () => {
  assert.equal(new JsonArrayWriter().done().length, 0);
});

Deno.test("JsonArrayWriter gives any chunks back to google-generativeai and to JSON.parse", () => {
  fc.assert(fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (chunks) => {
    const writer = new JsonArrayWriter();
    const body = framed(writer, chunks) + decoder.decode(writer.end());
    const expected = JSON.parse(JSON.stringify(chunks));
    assert.deepEqual(JSON.parse(body), expected);
    assert.deepEqual(readAsGoogleGenerativeAi(body), { objects: expected });
  }));
});

Deno.test("JsonArrayWriter.error() leaves the array open, so that google-generativeai raises", () => {
  for (const chunks of [[], [{ a: 1 }], [{ a: 1 }, { b: 2 }]]) {
    const writer = new JsonArrayWriter();
    const before = framed(writer, chunks);
    const pieces = writer.error(FAULT).map((bytes) => decoder.decode(bytes));
    const body = before + pieces.join("") + decoder.decode(writer.end());
    assert.deepEqual(readAsGoogleGenerativeAi(body), {
      objects: [...chunks, FAULT.toJSON()],
      failure: "unfinished stream",
    });
    assert.deepEqual(JSON.parse(`${body}]`), [...chunks, FAULT.toJSON()]);
  }
});
