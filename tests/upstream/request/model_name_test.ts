/** When a body's own model is corrected, and when its bytes stay. @module */
import assert from "node:assert/strict";
import { parseNativeRequest } from "../../../src/gemini/native_request.ts";
import { pathOfModel, withModel } from "../../../src/upstream/request/model_name.ts";

const MODEL = "gemini-2.5-flash";

function request(text: string) {
  return parseNativeRequest(new TextEncoder().encode(text));
}

function rewritten(body: unknown): unknown {
  const bytes = withModel(request(JSON.stringify(body)), MODEL);
  return JSON.parse(new TextDecoder().decode(bytes));
}

Deno.test("withModel() leaves the bytes of a body that names no model, or the right one", () => {
  const texts = [
    '{ "contents": [], "n": 9007199254740993 }',
    `{"model":"models/${MODEL}","contents":[] }`,
    `{"generateContentRequest": {"model": "models/${MODEL}", "contents": []}}`,
    `{"generate_content_request": {"model": "models/${MODEL}"}}`,
    '{"generateContentRequest": {"contents": []}}',
    '{"generateContentRequest": null}',
    '{"contents":[{"parts":[{"text":"{\\"model\\":\\"models/other\\"}"}]}],"tools":[{"model":"x"}]}',
  ];
  for (const text of texts) {
    const native = request(text);
    assert.equal(withModel(native, MODEL), native.bytes, text);
  }
});

Deno.test("withModel() corrects the model of a body that was aliased", () => {
  for (const model of ["models/fast", "fast", MODEL, 5, null]) {
    assert.deepEqual(rewritten({ model, contents: [], other: { model: "kept" } }), {
      model: `models/${MODEL}`,
      contents: [],
      other: { model: "kept" },
    });
  }
});

Deno.test("withModel() corrects the model inside of a count's request, in both spellings", () => {
  const inner = { model: "models/fast", contents: [{ parts: [{ text: "x" }] }], tools: [] };
  const right = { ...inner, model: `models/${MODEL}` };
  assert.deepEqual(rewritten({ generateContentRequest: inner }), { generateContentRequest: right });
  assert.deepEqual(rewritten({ generate_content_request: inner }), {
    generate_content_request: right,
  });
  assert.deepEqual(rewritten({ model: "fast", generate_content_request: inner }), {
    model: `models/${MODEL}`,
    generate_content_request: right,
  });
});

Deno.test("withModel() corrects the model of a batch and of its requests, in both spellings", () => {
  const requests = (model: string) => [
    { request: { model, contents: [] }, metadata: { model: "kept" } },
    { request: { contents: [] } },
    { metadata: {} },
  ];
  for (const name of ["inputConfig", "input_config"]) {
    const batch = (model: string) => ({
      batch: { model, displayName: "x", [name]: { requests: { requests: requests(model) } } },
    });
    assert.deepEqual(rewritten(batch("models/fast")), batch(`models/${MODEL}`));
    const right = request(JSON.stringify(batch(`models/${MODEL}`)));
    assert.equal(withModel(right, MODEL), right.bytes);
  }
});

Deno.test("withModel() keeps an inner request that is right when only the outer model is not", () => {
  const inner = { model: `models/${MODEL}`, contents: [] };
  assert.deepEqual(rewritten({ model: "fast", generate_content_request: inner }), {
    model: `models/${MODEL}`,
    generate_content_request: inner,
  });
});

Deno.test("pathOfModel() keeps slashes and encodes what would end or change a path", () => {
  const paths: Readonly<Record<string, string>> = {
    "gemini-2.5-pro": "gemini-2.5-pro",
    "tuned/mine": "tuned/mine",
    "a?key=b": "a%3Fkey%3Db",
    "a#b": "a%23b",
    "%2e%2e": "%252e%252e",
    "a b:c": "a%20b%3Ac",
    "模😀": "%E6%A8%A1%F0%9F%98%80",
  };
  for (const [model, path] of Object.entries(paths)) assert.equal(pathOfModel(model), path);
});
