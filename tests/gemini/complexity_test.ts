/**
 * Texts that are hard on some way of reading them, for each parser that meets what a client or an
 * upstream sends.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseDuration } from "../../src/gemini/errors/duration.ts";
import { rpcErrorFromBody, rpcErrorFromJson } from "../../src/gemini/errors/error_body.ts";
import { jsonMember } from "../../src/gemini/json/json_member.ts";
import { JsonLimitError } from "../../src/gemini/json/json_syntax_error.ts";
import { parseBounded } from "../../src/gemini/json/parse_bounded.ts";
import { JsonTextError } from "../../src/gemini/json/json_reader.ts";
import { mergeChunks } from "../../src/gemini/stream/merge_chunks.ts";
import { matchMethod } from "../../src/gemini/api/method_match.ts";
import { type NativePath, parseNativePath } from "../../src/gemini/api/native_path.ts";
import { scanResponse } from "../../src/gemini/stream/response_facts.ts";
import { retryDelayMs } from "../../src/gemini/errors/retry_delay.ts";
import { RpcError } from "../../src/gemini/errors/rpc_error.ts";
import { SseDecoder } from "../../src/gemini/stream/sse_decoder.ts";
import { SseWriter } from "../../src/gemini/stream/sse_writer.ts";
import { canonicalSignature } from "../../src/signatures/thought_signature.ts";
import { wildcard } from "../../src/base/text/wildcard.ts";
import { classify } from "../../src/upstream/faults/classify.ts";
import { spentQuota } from "../../src/upstream/faults/spent_quota.ts";
import { assertLinear } from "../support/assert_linear.ts";

const encoder = new TextEncoder();

function delayOf(message: string): number | undefined {
  return retryDelayMs(new RpcError("RESOURCE_EXHAUSTED", message), { nowMs: 0 });
}

function verificationFault(message: string): unknown {
  const details = [{
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason: "VALIDATION_REQUIRED",
    metadata: { validation_url: "https://example.com/" },
  }];
  return classify(new RpcError("PERMISSION_DENIED", message, { details }), { nowMs: 0 });
}

function decoded(pieces: Iterable<Uint8Array>): number {
  const decoder = new SseDecoder();
  let events = 0;
  for (const piece of pieces) events += decoder.push(piece).length;
  return events + decoder.end().length;
}

function* singly(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) yield bytes.subarray(at, at + 1);
}

function memberOf(json: Uint8Array): unknown {
  try {
    return jsonMember(json, "response");
  } catch {
    return undefined;
  }
}

/** What a response says, or that it can't be read. */
function factsOf(text: string): unknown {
  try {
    return scanResponse(encoder.encode(text));
  } catch (error) {
    assert.ok(error instanceof JsonTextError);
    return undefined;
  }
}

/** A parser with a text that grows with `n`. */
type Case = readonly [make: (n: number) => string, work: (text: string) => unknown];

/** The path of a model, without the limit of the whole path's length. */
function modelPath(spec: string): NativePath {
  return { version: "v1", path: "", segments: ["models", ...spec.split("/")] };
}

const CASES: Readonly<Record<string, Case>> = {
  "a delay's closing characters": [(n) => `please retry in ${")".repeat(n)}x`, delayOf],
  "many delays": [(n) => "please retry in x, reset after y, ".repeat(n), delayOf],
  "a delay's digits": [(n) => `Please retry in ${"1".repeat(n)}x`, delayOf],
  "a delay of many terms": [(n) => `Please retry in ${"1h".repeat(n)}x`, delayOf],
  "digits": [(n) => "1".repeat(n), parseDuration],
  "terms": [(n) => "1ms1m".repeat(n), parseDuration],
  "full stops of a message": [(n) => `${".".repeat(n)}x`, verificationFault],
  "limits of a message": [
    (n) => `limit:${" ".repeat(n)}x`.repeat(3),
    (text) => spentQuota(new RpcError("RESOURCE_EXHAUSTED", text)),
  ],
  "an error's braces": [(n) => "{".repeat(n), (text) => rpcErrorFromBody(500, text)],
  "an error of many values": [
    (n) => `{"error":{"code":429,"details":[${"[],".repeat(n)}[]]}}`,
    (text) => rpcErrorFromJson(200, text),
  ],
  "an error's data lines": [
    (n) => "data:\n".repeat(n),
    (text) => rpcErrorFromBody(500, text),
  ],
  "an error's angle brackets": [(n) => "<".repeat(n), (text) => rpcErrorFromBody(500, text)],
  "an error's white space": [(n) => `${" \n".repeat(n)}x`, (text) => rpcErrorFromBody(500, text)],
  "a signature's padding": [(n) => `${"=".repeat(n)}x`, canonicalSignature],
  "slashes of a path": [
    (n) => `/v1beta/models${"/".repeat(n)}x`.slice(0, 16_000),
    parseNativePath,
  ],
  "models of a path": [
    (n) => `/v1beta/models/${"models/".repeat(n)}x`.slice(0, 16_000),
    parseNativePath,
  ],
  "colons of a model": [(n) => ":/".repeat(n), (text) => matchMethod("POST", modelPath(text))],
  "models of a model": [
    (n) => "models/".repeat(n),
    (text) => matchMethod("POST", modelPath(`${text}x:countTokens`)),
  ],
  "stars of a pattern": [(n) => "a-".repeat(n), (text) => wildcard("*-*-*-*-*-*x*-y").test(text)],
  "names of a member": [
    (n) => `{${'"":1,'.repeat(n)}"a":1}`,
    (text) => memberOf(encoder.encode(text)),
  ],
  "escapes in a name": [
    (n) => `{"${'\\"'.repeat(n)}":1,"${"\\\\".repeat(n)}":2}`,
    (text) => memberOf(encoder.encode(text)),
  ],
  "strings beside a member": [
    (n) => `{"a":[${'"",'.repeat(n)}""]}`,
    (text) => memberOf(encoder.encode(text)),
  ],
  "nesting beside a member": [
    (n) => `{"a":${"[".repeat(n)}`,
    (text) => memberOf(encoder.encode(text)),
  ],
  "an event that comes in single bytes": [
    (n) => `data: {"a":"${"x".repeat(n / 4)}"}\n\n`,
    (text) => decoded(singly(encoder.encode(text))),
  ],
  "lines of one event": [
    (n) => `${"data: \n".repeat(n / 2)}\n`,
    (text) => decoded([encoder.encode(text)]),
  ],
  "blank lines and comments": [
    (n) => "\n\r:\r\n".repeat(n / 2),
    (text) => decoded([encoder.encode(text)]),
  ],
  "bare JSON": [(n) => `{"a":[${"{},".repeat(n)}`, (text) => decoded([encoder.encode(text)])],
  "candidates": [(n) => `{"candidates":[${"{},".repeat(n)}{}]}`, factsOf],
  "parts": [(n) => `{"candidates":[{"content":{"parts":[${"{},".repeat(n)}{}]}}]}`, factsOf],
  "members of a response": [(n) => `{${'"\\u0061":1,'.repeat(n)}"a":1}`, factsOf],
  "values of a response": [(n) => `{"a":[${"[],".repeat(n)}[]]}`, factsOf],
  "a response's long name": [(n) => `{"${'\\"'.repeat(n)}":1}`, factsOf],
  "a response's backslashes": [(n) => `{"a":"${'\\\\\\"'.repeat(n)}"}`, factsOf],
  "objects of bare JSON": [(n) => "{}".repeat(n), (text) => decoded([encoder.encode(text)])],
  "events of an array": [
    (n) => `data: [${"{},".repeat(n)}{}]\n\n`,
    (text) => decoded([encoder.encode(text)]),
  ],
  "line breaks of a chunk": [
    (n) => `{${"\r\n\u2028".repeat(n)}}`,
    (text) => new SseWriter().data(encoder.encode(text)),
  ],
};

Deno.test("Every parser takes a time that grows with the length of what it reads", async (t) => {
  for (const [name, [make, work]] of Object.entries(CASES)) {
    await t.step(name, () => {
      assertLinear({ make, work, from: 30_000 });
    });
  }
});

Deno.test("No expression runs out of memory over 20 MB", () => {
  const long = 20_000_000;
  assert.equal(delayOf(`please retry in ${")".repeat(long)}x`), undefined);
  assert.equal(delayOf(`please retry in ${"1h".repeat(long / 2)}`), undefined);
  assert.equal(parseDuration("1".repeat(long)), undefined);
  assert.equal(rpcErrorFromBody(500, "x".repeat(long)).code, 500);
  assert.equal(rpcErrorFromBody(500, "data:\n".repeat(long / 6)).code, 500);
  assert.equal(canonicalSignature(`${"=".repeat(long)}x`).length, long + 1);
  assert.throws(() => parseNativePath("/v1".repeat(long / 3)), RpcError);
  assert.equal(wildcard("*a*b*").test("a".repeat(long)), false);
  assert.ok(verificationFault(`${".".repeat(long)}x`));
});

Deno.test("SseDecoder bounds how many events come at once, in every framing", () => {
  for (
    const text of [
      "{}".repeat(50_001),
      "data: {}\n\n".repeat(50_001),
      `[${"{},".repeat(50_001)}{}]`,
    ]
  ) {
    const events = new SseDecoder().push(encoder.encode(text));
    const last = events.at(-1);
    assert.ok(events.length <= 50_003);
    assert.equal(
      last?.type === "error" && last.error.message,
      "Upstream sent more than 50000 events at once",
    );
  }
});

Deno.test("SseDecoder fails when a line or an event is too long, however small its pieces are", () => {
  for (const text of ["data: ", ":", "event: ", "data: x\n", "data:\n", "{", "["]) {
    const decoder = new SseDecoder({ maxEventBytes: 1000 });
    const piece = encoder.encode(
      text === "[" || text === "{" ? `${text}${'{"a":'.repeat(400)}` : text,
    );
    const filler = encoder.encode(text.endsWith("\n") ? text : "x");
    let events = decoder.push(piece);
    for (let nth = 0; nth < 2000 && events.length === 0; nth++) events = decoder.push(filler);
    const [event] = events;
    assert.match(event?.type === "error" ? event.error.message : "", /more than 1000 bytes/, text);
  }
});

Deno.test("mergeChunks() bounds the names that it gathers", () => {
  const chunks = Array.from({ length: 30 }, (_, nth) => {
    const names = Array.from({ length: 1000 }, (_, at) => `"${nth}-${at}":1`);
    return encoder.encode(`{${names.join(",")}}`);
  });
  const merged = JSON.parse(new TextDecoder().decode(mergeChunks(chunks)));
  assert.equal(Object.keys(merged).length, 10_000);
});

Deno.test("An error that is too long to be parsed says what it says", () => {
  const details = `[${'{"@type":"x"},'.repeat(30_000)}{"@type":"y"}]`;
  const said =
    `{"error":{"details":${details},"code":429,"message":"Too\\nmany","status":"RESOURCE_EXHAUSTED"}}`;
  for (const text of [said, `[${said}]`]) {
    const error = rpcErrorFromJson(200, text);
    assert.equal(error?.code, 429);
    assert.equal(error.message, "Too\nmany");
    assert.equal(error.status, "RESOURCE_EXHAUSTED");
  }
  const flat = `{"error":"invalid","error_description":"no","x":"${"y".repeat(300_000)}"}`;
  assert.equal(rpcErrorFromJson(400, flat)?.message, "invalid: no");
  assert.equal(rpcErrorFromJson(200, `{"candidates":"${"x".repeat(300_000)}"}`), undefined);
});

Deno.test("A detail that is nested too deep is left out of an error", () => {
  const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
  const error = rpcErrorFromBody(
    429,
    `{"error":{"message":"m","details":[{"@type":"x","a":${deep}},{"@type":"y"}]}}`,
  );
  assert.deepEqual(error.details, [{ "@type": "y" }]);
  JSON.stringify(error);
});

Deno.test("parseBounded() refuses what JSON.parse takes too long for", () => {
  const limits = { bytes: 1000, values: 100 };
  assert.deepEqual(parseBounded(encoder.encode('{"a":[1]}'), limits), { a: [1] });
  for (
    const text of [
      `"${"x".repeat(1000)}"`,
      `[${"1,".repeat(100)}1]`,
      `{${'"a":1,'.repeat(60)}"b":1}`,
    ]
  ) {
    assert.throws(() => parseBounded(encoder.encode(text), limits), JsonLimitError);
  }
  assert.throws(() => parseBounded(encoder.encode("{"), limits), SyntaxError);
});

Deno.test("wildcard() matches what an expression with .* matches", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "."), maxLength: 4 });
  const pattern = fc.string({ unit: fc.constantFrom("a", ".", "*"), maxLength: 5 });
  fc.assert(
    fc.property(pattern, text, (pattern, text) => {
      const expression = pattern.split("*").map(RegExp.escape).join(".*");
      assert.equal(wildcard(pattern).test(text), new RegExp(`^${expression}$`, "s").test(text));
    }),
    { numRuns: 20_000 },
  );
});
