import assert from "node:assert/strict";
import { isJsonObject } from "../../../../src/base/json.ts";
import type { KeptToolCall } from "../../../../src/formats/operation.ts";
import {
  callParts,
  type CallScope,
  resultPart,
  resultParts,
} from "../../../../src/formats/shared/request/function_calls.ts";
import { FunctionNames } from "../../../../src/formats/shared/request/function_tools.ts";
import { fieldOf } from "../../../../src/formats/shared/fields/invalid_field.ts";
import { NestedJson } from "../../../../src/formats/shared/fields/nested_json.ts";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";

const PLACEHOLDER = "skip_thought_signature_validator";
const FIELD = "messages[0].tool_calls[0].function.arguments";

function scopeOf(model: string, kept: Readonly<Record<string, KeptToolCall>> = {}): CallScope {
  return {
    context: { keptCall: (id) => kept[id] },
    names: new FunctionNames(),
    model,
    used: new Set(),
    nested: new NestedJson(),
  };
}

function argsOf(args: string | undefined): unknown {
  const [part] = callParts([{ name: "f", args, field: FIELD }], scopeOf("gemini-2.5-flash"));
  return part?.functionCall;
}

Deno.test("callParts() reads arguments; none are an empty object", () => {
  for (const args of [undefined, "", "  ", "{}", "null"]) {
    assert.deepEqual(argsOf(args), { name: "f", args: {} }, args);
  }
  assert.deepEqual(argsOf('{"a":[1]}'), { name: "f", args: { a: [1] } });
});

Deno.test("callParts() refuses arguments that are not an object, and names them", () => {
  for (const args of ["{", "[1]", '"a"', "7", `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`]) {
    assert.throws(
      () => argsOf(args),
      (error) => error instanceof RpcError && fieldOf(error) === FIELD && error.code === 400,
    );
  }
});

Deno.test("callParts() restores the id and the signature of a call that is known", () => {
  const kept = { call_a: { id: "g1", signature: "SA" }, call_b: { signature: "SB" } };
  const calls = [
    { id: "call_a", name: "f", field: FIELD, signature: "other" },
    { id: "call_b", name: "g", field: FIELD },
  ];
  assert.deepEqual(callParts(calls, scopeOf("gemini-3.5-flash", kept)), [
    { functionCall: { id: "g1", name: "f", args: {} }, thoughtSignature: "SA" },
    { functionCall: { name: "g", args: {} }, thoughtSignature: "SB" },
  ]);
});

Deno.test("callParts() sends no id to a model that has none", () => {
  const kept = { call_a: { id: "g1" } };
  const [part] = callParts(
    [{ id: "call_a", name: "f", field: FIELD }],
    scopeOf("gemini-3-pro-preview", kept),
  );
  assert.deepEqual(part?.functionCall, { name: "f", args: {} });
});

Deno.test("callParts() takes the client's signature for a call that is not known", () => {
  const [part] = callParts(
    [{ id: "call_x", name: "f", field: FIELD, signature: "OWN" }],
    scopeOf("gemini-3-flash-preview"),
  );
  assert.equal(part?.thoughtSignature, "OWN");
});

Deno.test("callParts() sends each signature once in a request", () => {
  const scope = scopeOf("gemini-3-flash-preview", { call_a: { signature: "SA" } });
  const calls = [{ id: "call_a", name: "f", field: FIELD }];
  assert.equal(callParts(calls, scope)[0]?.thoughtSignature, "SA");
  assert.equal(callParts(calls, scope)[0]?.thoughtSignature, PLACEHOLDER);
});

Deno.test("callParts() puts Google's placeholder on the first call of a turn only", () => {
  const calls = [{ name: "f", field: FIELD }, { name: "g", field: FIELD }];
  const signatures = (model: string) =>
    callParts(calls, scopeOf(model)).map(({ thoughtSignature }) => thoughtSignature);
  assert.deepEqual(signatures("gemini-3-flash-preview"), [PLACEHOLDER, undefined]);
  assert.deepEqual(signatures("gemini-flash-latest"), [PLACEHOLDER, undefined]);
  assert.deepEqual(signatures("gemini-2.5-flash"), [undefined, undefined]);
});

Deno.test("resultPart() takes objects as they are, and wraps other values", () => {
  const response = (value: unknown) => {
    const { functionResponse } = resultPart({ name: "f", value }, scopeOf("gemini-2.5-flash"));
    return functionResponse;
  };
  assert.deepEqual(response('{"a":1}'), { name: "f", response: { a: 1 } });
  assert.deepEqual(response({ a: 1 }), { name: "f", response: { a: 1 } });
  assert.deepEqual(response("sunny"), { name: "f", response: { result: "sunny" } });
  assert.deepEqual(response("[1]"), { name: "f", response: { result: "[1]" } });
  assert.deepEqual(response("{broken"), { name: "f", response: { result: "{broken" } });
  assert.deepEqual(response(""), { name: "f", response: { result: "" } });
  assert.deepEqual(response(undefined), { name: "f", response: { result: null } });
  assert.deepEqual(
    resultPart({ name: "f", id: "g", value: "no", isError: true }, scopeOf("gemini-2.5-flash")),
    {
      functionResponse: { id: "g", name: "f", response: { error: "no" } },
    },
  );
});

Deno.test("resultPart() hands on as a text what refers to anything but media", () => {
  const scope = scopeOf("gemini-3-flash-preview");
  const texts = [
    '{"openapi":"3.1.0","paths":{"/a":{"$ref":"#/components/a"}}}',
    '{"a":[{"\\u0024ref":"#/$defs/a"}]}',
  ];
  for (const text of texts) {
    assert.deepEqual(resultPart({ name: "f", value: text }, scope), {
      functionResponse: { name: "f", response: { result: text } },
    });
  }
  for (const value of [{ a: { $ref: "#/a" } }, [{ $ref: "#/a" }]]) {
    assert.deepEqual(resultPart({ name: "f", value }, scope), {
      functionResponse: { name: "f", response: { result: JSON.stringify(value) } },
    });
  }
  assert.deepEqual(resultPart({ name: "f", value: '{"text":"a $ref"}' }, scope), {
    functionResponse: { name: "f", response: { text: "a $ref" } },
  });
});

Deno.test("resultParts() has media in the result for Gemini 3, and beside it before", () => {
  const media = [{ inlineData: { mimeType: "image/png", data: "AAAA" } }];
  const result = { name: "f", value: "see", media };
  const response = { result: "see" };
  assert.deepEqual(resultParts(result, scopeOf("gemini-3-flash-preview")), [
    { functionResponse: { name: "f", response, parts: media } },
  ]);
  assert.deepEqual(resultParts(result, scopeOf("gemini-2.5-flash")), [
    { functionResponse: { name: "f", response } },
    ...media,
  ]);
});

Deno.test("The values of all texts of a request are counted together", () => {
  const scope = { ...scopeOf("gemini-2.5-flash"), nested: new NestedJson(1000) };
  const text = `{"a":[${"{},".repeat(299)}{}]}`;
  const wholes = [1, 2, 3].map(() => {
    const { functionResponse } = resultPart({ name: "f", value: text }, scope);
    return isJsonObject(functionResponse) && functionResponse.response;
  });
  assert.deepEqual(wholes, [JSON.parse(text), { result: text }, { result: text }]);
  const call = { name: "f", field: FIELD };
  assert.deepEqual(callParts([{ ...call, args: '{"a":1}' }], scope)[0]?.functionCall, {
    name: "f",
    args: { a: 1 },
  });
  assert.throws(() => callParts([{ ...call, args: text }], scope), RpcError);
});
