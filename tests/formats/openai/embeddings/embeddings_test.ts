/** OpenAI's embeddings as native calls, and back. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { EMBEDDINGS } from "../../../../src/formats/openai/embeddings/embeddings.ts";
import { base64Floats } from "../../../../src/formats/openai/embeddings/embedding_list.ts";
import { fieldOf } from "../../../../src/formats/shared/fields/invalid_field.ts";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";
import type { JsonObject } from "../../../../src/base/json.ts";
import { operationContext } from "../../support/operation_context.ts";

const MODEL = "gemini-embedding-001";

function read(body: JsonObject) {
  return EMBEDDINGS.read(
    { model: MODEL, ...body },
    operationContext({ "text-embedding-3-small": MODEL }),
  );
}

function translated(body: JsonObject, responses: readonly JsonObject[]): JsonObject {
  const { response } = read(body);
  assert.equal(response.type, "whole");
  const whole = response.type === "whole" ? response.translate(responses) : { json: {} };
  return "json" in whole ? whole.json : {};
}

Deno.test("EMBEDDINGS maps every field to batchEmbedContents", () => {
  const { calls, needsAllCalls, warning } = read({
    model: "text-embedding-3-small",
    input: ["a", "b"],
    dimensions: 128,
    encoding_format: null,
    user: "u",
  });
  const request = (text: string) => ({
    model: `models/${MODEL}`,
    content: { parts: [{ text }] },
    outputDimensionality: 128,
  });
  assert.deepEqual(calls, [{
    method: "batchEmbedContents",
    model: MODEL,
    body: { requests: [request("a"), request("b")] },
  }]);
  assert.equal(needsAllCalls, true);
  assert.equal(warning, undefined);
  assert.deepEqual(read({ input: "a" }).calls[0]?.body, {
    requests: [{ model: `models/${MODEL}`, content: { parts: [{ text: "a" }] } }],
  });
});

Deno.test("EMBEDDINGS sends at most 100 texts in a native call", () => {
  const input = Array.from({ length: 201 }, (_, nth) => `text ${nth}`);
  const sizes = read({ input }).calls.map(({ body }) =>
    Array.isArray(body.requests) ? body.requests.length : 0
  );
  assert.deepEqual(sizes, [100, 100, 1]);
});

Deno.test("EMBEDDINGS rejects what has no meaning, and names the field", () => {
  const cases: readonly (readonly [JsonObject, string, RegExp])[] = [
    [{}, "input", /has to be a text/],
    [{ input: [] }, "input", /empty list/],
    [{ input: "" }, "input", /empty text/],
    [{ input: ["a", ""] }, "input[1]", /empty text/],
    [{ input: [1, 2] }, "input[0]", /tokens.*check_embedding_ctx_length/],
    [{ input: [[1, 2], [3]] }, "input[0]", /tokens/],
    [{ input: [{}] }, "input[0]", /has to be a text/],
    [{ input: Array(2049).fill("a") }, "input", /at most 2048/],
    [{ input: "a", dimensions: 0 }, "dimensions", /1 or more/],
    [{ input: "a", dimensions: 1.5 }, "dimensions", /integer/],
    [{ input: "a", encoding_format: "hex" }, "encoding_format", /"float", "base64"/],
    [{ input: "a", model: "" }, "model", /missing/],
    [{ input: "a", model: 1 }, "model", /has to be a text/],
    [{ input: "a", unknown: 1 }, "unknown", /Unknown field/],
  ];
  for (const [body, field, message] of cases) {
    assert.throws(() => read(body), (error) => {
      assert.ok(error instanceof RpcError);
      assert.equal(fieldOf(error), field);
      assert.match(error.message, message);
      return error.code === 400;
    });
  }
});

Deno.test("EMBEDDINGS returns the vectors of all calls in their order, with their tokens", () => {
  const responses = [
    {
      embeddings: [{ values: [1, 0.5] }],
      usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 },
    },
    {
      embeddings: [{ values: [-2, 0] }],
      usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 },
    },
  ];
  assert.deepEqual(translated({ input: ["a", "b"] }, responses), {
    object: "list",
    data: [
      { object: "embedding", index: 0, embedding: [1, 0.5] },
      { object: "embedding", index: 1, embedding: [-2, 0] },
    ],
    model: MODEL,
    usage: { prompt_tokens: 7, total_tokens: 7 },
  });
  const { data } = translated({ input: ["a"], encoding_format: "base64" }, responses.slice(0, 1));
  assert.deepEqual(data, [{ object: "embedding", index: 0, embedding: "AACAPwAAAD8=" }]);
});

Deno.test("EMBEDDINGS fails if a vector is missing", () => {
  for (const response of [{}, { embeddings: [{}] }, { embeddings: [{ values: ["1"] }] }]) {
    assert.throws(() => translated({ input: "a" }, [response]), /0 embeddings for 1 texts/);
  }
});

Deno.test("base64Floats() writes what a client reads as 32-bit floats", () => {
  fc.assert(fc.property(fc.array(fc.float({ noNaN: true })), (values) => {
    const bytes = Uint8Array.fromBase64(base64Floats(values));
    assert.deepEqual([...new Float32Array(bytes.buffer)], values);
  }));
});
