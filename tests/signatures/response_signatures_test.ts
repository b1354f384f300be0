/** The thought signatures in answers. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { responseParts } from "../../src/signatures/response_signatures.ts";

function read(response: unknown) {
  const parts = responseParts(new TextEncoder().encode(JSON.stringify(response)));
  return parts.map(({ call, ...rest }) => ({
    ...rest,
    call: call && { ...call, args: JSON.parse(new TextDecoder().decode(call.args?.bytes)) },
  }));
}

Deno.test("answerParts() gives calls and signatures in their order, by candidate", () => {
  const call = { name: "f", args: { a: 1 } };
  const parts = [
    { text: "a" },
    { text: "", thoughtSignature: "c2ln" },
    { functionCall: call, thoughtSignature: "c2ln\u003d" },
    { functionCall: call, thoughtSignature: "" },
  ];
  const candidates = [{ content: { parts }, index: 0 }, { content: { parts: parts.slice(2, 3) } }];
  assert.deepEqual(read({ candidates }), [
    { candidate: 0, call: undefined, signature: "c2ln" },
    { candidate: 0, call, signature: "c2ln=" },
    { candidate: 0, call, signature: undefined },
    { candidate: 1, call, signature: "c2ln=" },
  ]);
});

Deno.test("answerParts() finds nothing in answers without calls and signatures", () => {
  for (
    const response of [
      {},
      { candidates: [] },
      { candidates: [{ content: { parts: [{ text: '"functionCall"' }] } }] },
      { thoughtSignature: "c2ln" },
    ]
  ) assert.deepEqual(read(response), []);
  assert.deepEqual(responseParts(new TextEncoder().encode('{"thoughtSignature"')), []);
});

Deno.test("answerParts() reads whatever comes", () => {
  const part = fc.record({ functionCall: fc.jsonValue(), thoughtSignature: fc.jsonValue() });
  const content = fc.record({ parts: fc.oneof(fc.array(part), fc.jsonValue()) });
  const candidate = fc.oneof(fc.jsonValue(), fc.record({ content, index: fc.jsonValue() }));
  fc.assert(fc.property(fc.array(candidate), (candidates) => {
    assert.ok(Array.isArray(read({ candidates })));
  }));
});
