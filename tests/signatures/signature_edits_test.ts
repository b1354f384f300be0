/** What becomes of a request's thought signatures, and of nothing else in it. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { currentTurn, placeOfCall } from "../../src/signatures/function_turn.ts";
import { isJsonObject } from "../../src/base/json.ts";
import { parseNativeRequest } from "../../src/gemini/native_request.ts";
import { bodyOf } from "../support/body_of.ts";
import { Signatures } from "../../src/signatures/signatures.ts";
import { editSignatures, type SignatureContext } from "../../src/signatures/signature_edits.ts";

const PLACEHOLDER = "skip_thought_signature_validator";
const USER = { role: "user", parts: [{ text: "Hello" }] };
const RESULT = { role: "user", parts: [{ functionResponse: { name: "f", response: {} } }] };

function contextOf(changes: Partial<SignatureContext> = {}): SignatureContext {
  const signatures = new Signatures({ clock: { now: () => 0 }, ttlMs: 1000, capacity: 1_000_000 });
  return { signatures, session: "s", origin: "x m", refused: false, ...changes };
}

function requestOf(body: unknown) {
  return parseNativeRequest(new TextEncoder().encode(JSON.stringify(body)));
}

/** The rewritten request's signatures, part by part. */
function rewritten(contents: readonly unknown[], context: SignatureContext): unknown[] {
  const { bytes } = editSignatures(requestOf({ contents }), context);
  return JSON.parse(new TextDecoder().decode(bytes)).contents
    .flatMap(({ parts }: { parts: Record<string, unknown>[] }) => parts)
    .map((part: Record<string, unknown>) => part["thoughtSignature"] ?? part["thought_signature"]);
}

function model(...parts: readonly unknown[]) {
  return { role: "model", parts };
}

const CALL = { functionCall: { name: "f", args: {} } };
const REMEMBERED = { value: "ab-_", origin: "x m" };

function remembering(origin = "x m"): SignatureContext {
  const context = contextOf();
  const { key } = currentTurn(bodyOf({ contents: [USER] }), "s");
  const place = placeOfCall(key, 0, { name: "f", args: undefined });
  context.signatures.remember({ value: "ab-_", origin }, place);
  return context;
}

Deno.test("dressSignatures() gives a request back as it came where nothing has to change", () => {
  const bodies = [
    { contents: [USER] },
    { contents: [USER, model(CALL), RESULT] },
    { contents: [USER, model({ ...CALL, thoughtSignature: "ab-_" }), RESULT] },
    { contents: [USER, model(CALL), RESULT, USER] },
    {},
  ];
  for (const [nth, body] of bodies.entries()) {
    const request = requestOf(body);
    assert.equal(editSignatures(request, nth === 1 ? contextOf() : remembering()), request);
  }
});

Deno.test("dressSignatures() puts a remembered signature back, whatever empty one is there", () => {
  const parts = [
    CALL,
    { function_call: { name: "f" } },
    { ...CALL, thoughtSignature: "" },
    { thought_signature: null, ...CALL },
  ];
  for (const part of parts) {
    const context = remembering();
    assert.deepEqual(rewritten([USER, model(part), RESULT], context), [
      undefined,
      REMEMBERED.value,
      undefined,
    ]);
  }
});

Deno.test("dressSignatures() knows a client's own copy in the other alphabet for what it is", () => {
  const contents = [USER, model({ ...CALL, thought_signature: "ab+/" }), RESULT];
  assert.deepEqual(rewritten(contents, remembering()), [undefined, "ab+/", undefined]);
  assert.deepEqual(rewritten(contents, remembering("y m")), [undefined, PLACEHOLDER, undefined]);
});

Deno.test("dressSignatures() puts the placeholder where another upstream's signature belongs", () => {
  assert.deepEqual(rewritten([USER, model(CALL), RESULT], remembering("y m")), [
    undefined,
    PLACEHOLDER,
    undefined,
  ]);
  assert.deepEqual(rewritten([USER, model(CALL), RESULT], remembering("x n")), [
    undefined,
    PLACEHOLDER,
    undefined,
  ]);
});

Deno.test("dressSignatures() trusts only what it knows after a refusal, and nothing right after it", () => {
  const contents = [
    USER,
    model({ ...CALL, thoughtSignature: "old" }),
    RESULT,
    USER,
    model({ text: "a", thoughtSignature: "text" }, CALL, CALL),
    RESULT,
    model({ ...CALL, thoughtSignature: "known" }),
    RESULT,
  ];
  const context = contextOf();
  context.signatures.remember({ value: "known", origin: "x m" });
  const no = undefined;
  assert.deepEqual(rewritten(contents, context), [
    no,
    "old",
    no,
    no,
    "text",
    no,
    no,
    no,
    "known",
    no,
  ]);
  const placeholder = PLACEHOLDER;
  assert.deepEqual(rewritten(contents, { ...context, refused: true }), [
    ...[no, placeholder, no, no, placeholder],
    ...[placeholder, no, no, placeholder, no],
  ]);
  context.signatures.noteRefusal("s", "x m");
  assert.deepEqual(rewritten(contents, context), [
    ...[no, placeholder, no, no, placeholder],
    ...[placeholder, no, no, "known", no],
  ]);
});

Deno.test("dressSignatures() leaves a request alone whose list of contents is there twice", () => {
  const contents = JSON.stringify([USER, model(CALL), RESULT]);
  const request = parseNativeRequest(
    new TextEncoder().encode(`{"contents":[{}],"contents":${contents}}`),
  );
  assert.equal(editSignatures(request, contextOf({ refused: true })), request);
});

/** A value without any signature on any part. */
function unsigned(body: unknown): unknown {
  if (!isJsonObject(body) || !Array.isArray(body["contents"])) return body;
  return {
    ...body,
    contents: body["contents"].map((content) => {
      if (!isJsonObject(content) || !Array.isArray(content["parts"])) return content;
      const parts = content["parts"].map((part) => {
        if (!isJsonObject(part)) return part;
        const { thoughtSignature: _, thought_signature: __, ...rest } = part;
        return rest;
      });
      return { ...content, parts };
    }),
  };
}

Deno.test("dressSignatures() changes nothing but signatures", () => {
  const signature = fc.oneof(fc.string(), fc.constant(null), fc.constant("known"));
  const part = fc.oneof(
    fc.jsonValue(),
    fc.record({ text: fc.string({ unit: "binary" }), thoughtSignature: signature }, {
      requiredKeys: ["text"],
    }),
    fc.record({
      functionCall: fc.record({ name: fc.constantFrom("f", "g"), args: fc.jsonValue() }),
      thoughtSignature: signature,
    }, { requiredKeys: ["functionCall"] }),
    fc.record({
      thought_signature: signature,
      function_call: fc.record({ name: fc.string(), args: fc.jsonValue() }),
    }, { requiredKeys: ["function_call"] }),
    fc.constant(RESULT.parts[0]),
  );
  const content = fc.oneof(
    fc.jsonValue(),
    fc.record({ role: fc.constantFrom("user", "model", "function"), parts: fc.array(part) }),
  );
  const body = fc.record({ x: fc.jsonValue(), contents: fc.array(content), y: fc.jsonValue() });
  fc.assert(fc.property(body, fc.boolean(), fc.nat(4), (body, refused, indent) => {
    const context = contextOf({ refused, origin: "y m" });
    context.signatures.remember({ value: "known", origin: "x m" });
    const text = JSON.stringify(body, null, indent);
    const padded = new TextEncoder().encode(`   ${text}`);
    // A view into a larger buffer, as a body behind a byte order mark is.
    const request = parseNativeRequest(padded.subarray(3));
    const { bytes } = editSignatures(request, context);
    const read = JSON.parse(new TextDecoder().decode(bytes));
    assert.deepEqual(unsigned(read), unsigned(JSON.parse(text)));
    const again = editSignatures(parseNativeRequest(bytes), context);
    assert.deepEqual(again.bytes, bytes, "it is not stable");
  }));
});
