/** What Vertex AI's schema changes in a native body, and what not. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { vertexCountRequest, vertexRequest } from "../../../src/upstream/vertex/vertex_request.ts";
import { callOf, HELLO, parsed } from "../../support/upstream_call.ts";

const PARTS = [{ text: "x", unknown: 1 }];

function requested(body: unknown) {
  return parsed(vertexRequest(callOf(body).request));
}

function counted(body: unknown) {
  return parsed(vertexCountRequest(callOf(body).request));
}

Deno.test("vertexRequest() leaves a body that fits as it came, byte for byte", () => {
  const body = '{ "contents": [ {"role":"user", "parts":[{"text":"é\\u00e9"}]} ],\n' +
    '  "system_instruction":{"parts":[]}, "n": 9007199254740993, "unknown": {"a":[ ]} }\n';
  for (const rewrite of [vertexRequest, vertexCountRequest]) {
    assert.equal(new TextDecoder().decode(rewrite(callOf(body).request)), body);
  }
});

Deno.test("vertexRequest() fills in roles and takes the model out, and keeps all else", () => {
  const labels = { model: "kept" };
  assert.deepEqual(
    requested({
      model: "models/x",
      contents: [
        { parts: PARTS },
        { role: "", parts: PARTS },
        { role: null, parts: PARTS },
        { role: "function", parts: PARTS },
        { role: "model", parts: PARTS, unknown: 2 },
        { role: "other", parts: PARTS },
      ],
      labels,
      generation_config: { seed: 1 },
    }),
    {
      contents: [
        { parts: PARTS, role: "user" },
        { role: "user", parts: PARTS },
        { role: "user", parts: PARTS },
        { role: "user", parts: PARTS },
        { role: "model", parts: PARTS, unknown: 2 },
        { role: "other", parts: PARTS },
      ],
      labels,
      generation_config: { seed: 1 },
    },
  );
});

Deno.test("vertexRequest() takes a single content without its list", () => {
  assert.deepEqual(requested({ contents: { parts: PARTS } }), {
    contents: { parts: PARTS, role: "user" },
  });
});

Deno.test("vertexCountRequest() brings up what is counted, in either spelling", () => {
  const systemInstruction = { parts: [{ text: "Be brief" }] };
  const tools = [{ functionDeclarations: [{ name: "f" }] }];
  const generationConfig = { seed: 1 };
  const expected = {
    contents: [{ role: "user", parts: PARTS }],
    systemInstruction,
    tools,
    generationConfig,
  };
  const rest = { model: "models/x", toolConfig: {}, safetySettings: [], cachedContent: "c" };
  const contents = { parts: PARTS };
  assert.deepEqual(
    counted({
      generateContentRequest: {
        ...rest,
        contents: [contents],
        systemInstruction,
        tools,
        generationConfig,
      },
    }),
    expected,
  );
  assert.deepEqual(
    counted({
      generate_content_request: {
        ...rest,
        contents: [contents],
        system_instruction: systemInstruction,
        tools,
        generation_config: generationConfig,
      },
    }),
    expected,
  );
});

Deno.test("vertexCountRequest() treats bare contents as vertexRequest() does", () => {
  assert.deepEqual(counted({ ...HELLO, model: "models/x" }), HELLO);
  assert.deepEqual(counted({ contents: [{ parts: PARTS }] }), {
    contents: [{ parts: PARTS, role: "user" }],
  });
});

Deno.test("vertexRequest() leaves no content without a role, whatever the body", () => {
  const content = fc.oneof(
    fc.record({ role: fc.constantFrom("", "function", "user", "model"), parts: fc.jsonValue() }),
    fc.record({ parts: fc.jsonValue() }),
    fc.jsonValue(),
  );
  fc.assert(fc.property(fc.oneof(content, fc.array(content)), (contents) => {
    const found: unknown = requested({ contents }).contents;
    for (const one of Array.isArray(found) ? found : [found]) {
      if (typeof one !== "object" || one === null || Array.isArray(one)) continue;
      assert.ok(one.role !== undefined && one.role !== "" && one.role !== "function");
    }
  }));
});
