/** How a client's body is read, and what is said of one that is broken. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseNativeRequest, readNativeRequest } from "../../src/gemini/native_request.ts";
import { RpcError } from "../../src/gemini/errors/rpc_error.ts";

const encoder = new TextEncoder();

/** What is said of a body. */
function refusal(body: string | Uint8Array): string {
  try {
    parseNativeRequest(typeof body === "string" ? encoder.encode(body) : body);
  } catch (error) {
    assert.ok(error instanceof RpcError);
    assert.equal(error.code, 400);
    assert.equal(error.status, "INVALID_ARGUMENT");
    return error.message;
  }
  throw new assert.AssertionError({ message: "The body was taken" });
}

Deno.test("parseNativeRequest() keeps the bytes that came beside their meaning", () => {
  const bytes = encoder.encode('\n { "n" : 9007199254740993, "t":"é\\u00e9😀", "n2": 1.0 }\r\n');
  const { bytes: kept, body } = parseNativeRequest(bytes);
  assert.equal(kept, bytes);
  assert.equal(new TextDecoder().decode(body.bytes), new TextDecoder().decode(bytes).trim());
});

Deno.test("parseNativeRequest() takes an empty body for an empty message", () => {
  const { bytes, body } = parseNativeRequest(new Uint8Array());
  assert.ok(body.isObject);
  assert.equal(new TextDecoder().decode(bytes), "{}");
});

Deno.test("parseNativeRequest() drops a byte order mark, which no JSON may have", () => {
  const { bytes, body } = parseNativeRequest(encoder.encode('\ufeff{"a":1}'));
  assert.equal(body.end, 7);
  assert.deepEqual(bytes, encoder.encode('{"a":1}'));
});

Deno.test("parseNativeRequest() refuses bytes that are not UTF-8", () => {
  const broken = encoder.encode('{"a":"é"}').filter((byte) => byte !== 0xa9);
  assert.equal(refusal(broken), "Cannot read the request body: it is not valid UTF-8");
});

Deno.test("parseNativeRequest() refuses JSON that is no object", () => {
  for (const body of ["[]", "null", '"text"', "1", "true", ' [{"contents":[]}] ']) {
    assert.equal(
      refusal(body),
      'Invalid JSON payload received: the body must be an object, as in {"contents": […]}',
      body,
    );
  }
});

Deno.test("parseNativeRequest() says where JSON breaks", () => {
  const places: Readonly<Record<string, string>> = {
    '{"a": 1,}': "line 1, column 9",
    '{"a": 1': "line 1, column 8",
    '{\n  "contents": [\n    {"text": nope}\n  ]\n}': "line 3, column 14",
    '{"a": 1}\n{"b": 2}': "line 2, column 1",
    "{'a': 1}": "line 1, column 2",
    '{"a": 01}': "line 1, column 8",
    "contents=x": "line 1, column 1",
    '{"a": 1, "a": 2,}': "line 1, column 17",
  };
  for (const [body, place] of Object.entries(places)) {
    const message = refusal(body);
    assert.match(message, /^Invalid JSON payload received: \S/);
    assert.ok(message.endsWith(` at ${place}`), `${body}: ${message}`);
  }
});

Deno.test("parseNativeRequest() survives a broken body that is huge or deeply nested", () => {
  const ends = "Invalid JSON payload received: the text ends too soon at";
  assert.equal(refusal(`{"a":"${"x".repeat(1024 * 1024)}"`), `${ends} byte 1048583`);
  assert.equal(refusal(`{"a":${"[".repeat(100_000)}`), `${ends} line 1, column 100006`);
  assert.equal(
    refusal(`{"a":${"[".repeat(1_000_001)}`),
    "Cannot read the request body: it holds more than 1000000 nested levels, the most this " +
      "gateway takes",
  );
});

Deno.test("parseNativeRequest() reads what any JSON writer writes", () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (message) => {
    const text = JSON.stringify(message);
    const { bytes, body } = parseNativeRequest(encoder.encode(text));
    assert.equal(body.bytes.length, bytes.length);
    assert.equal(new TextDecoder().decode(bytes), text);
  }));
});

Deno.test("parseNativeRequest() gives an object or a 400, whatever the bytes", () => {
  const cut = fc.tuple(fc.json(), fc.nat()).map(([json, at]) =>
    encoder.encode(json).subarray(0, at)
  );
  fc.assert(fc.property(fc.oneof(fc.uint8Array(), cut), (bytes) => {
    try {
      assert.ok(parseNativeRequest(bytes).body.isObject);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      assert.equal(error.code, 400);
    }
  }));
});

Deno.test("readNativeRequest() reads as parseNativeRequest() does, and lets others have their turns", async () => {
  const text = `{"contents":[],"x":{${'"0z":1,'.repeat(1_000_000)}"1z":1}}`;
  const bytes = encoder.encode(text);
  let turns = 0;
  let timer = setTimeout(count);
  function count(): void {
    turns++;
    timer = setTimeout(count);
  }
  const { body } = await readNativeRequest(bytes);
  clearTimeout(timer);
  assert.equal(body.end, bytes.length);
  assert.ok(turns >= 4, `${turns} turns while ${bytes.length} bytes were read`);
  await assert.rejects(readNativeRequest(encoder.encode(`${text}}`)), RpcError);
  await assert.rejects(readNativeRequest(bytes.subarray(0, -1)), RpcError);
});

Deno.test("parseNativeRequest() refuses more contents and parts than a conversation has", () => {
  const parts = '{"text":"a"},'.repeat(100_000);
  assert.equal(
    refusal(`{"contents":[{"parts":[${parts}{}]}]}`),
    "Cannot read the request body: it holds more than 200000 contents, parts and fields, the most " +
      "this gateway takes",
  );
  assert.equal(refusal(`{"x":${"1".repeat(5000)}}`).includes("a number of more than 4096"), true);
});
