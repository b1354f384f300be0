/** The envelopes of Code Assist, and what of a body they change. @module */
import assert from "node:assert/strict";
import manifest from "../../../deno.json" with { type: "json" };
import { countEnvelope, envelop } from "../../../src/upstream/code_assist/code_assist_envelope.ts";
import { callOf, parsed } from "../../support/upstream_call.ts";

const HEAD = {
  model: "gemini-2.5-flash",
  project: "my-project",
  requestId: "request-1",
  requestType: "agent",
  userAgent: `pollux/${manifest.version}`,
};

/** What is in the envelope of a call with this body. */
function enveloped(body: unknown) {
  const { request, ...head } = parsed(envelop(callOf(body), "my-project"));
  assert.deepEqual(head, HEAD);
  return request;
}

function counted(body: unknown) {
  const envelope = parsed(countEnvelope(callOf(body)));
  assert.deepEqual(Object.keys(envelope), ["request"]);
  const { model, ...request } = envelope.request;
  assert.equal(model, "models/gemini-2.5-flash");
  assert.deepEqual(Object.keys(request), ["contents"]);
  return request.contents;
}

Deno.test("envelop() puts the client's bytes in as they came", () => {
  const body = '{ "contents": [ {"role":"user", "parts":[{"text":"é\\u00e9"}]} ],\n' +
    '  "system_instruction":"x", "n": 9007199254740993, "f": 1.0, "unknown": {"a":[ ]} }\n';
  const text = new TextDecoder().decode(envelop(callOf(body), "my-project"));
  assert.equal(text, `${JSON.stringify(HEAD).slice(0, -1)},"request":${body}}`);
});

Deno.test("envelop() writes names that JSON has to escape", () => {
  const call = callOf({ contents: [] }, { model: 'a"b\n', requestId: "é" });
  const { model, requestId, project } = parsed(envelop(call, 'p"q'));
  assert.deepEqual([model, requestId, project], ['a"b\n', "é", 'p"q']);
});

Deno.test("envelop() takes the model out of the body", () => {
  const contents = [{ role: "user", parts: [{ text: "x" }] }];
  assert.deepEqual(enveloped({ model: "models/other", contents, labels: { model: "kept" } }), {
    contents,
    labels: { model: "kept" },
  });
});

Deno.test("envelop() fills in a role that is missing, and keeps all else", () => {
  const parts = [{ text: "x", unknown: 1 }];
  assert.deepEqual(
    enveloped({
      contents: [{ parts }, { role: "", parts }, { role: "model", parts }, { role: "function" }],
      generationConfig: { seed: 1 },
    }),
    {
      contents: [
        { role: "user", parts },
        { role: "user", parts },
        { role: "model", parts },
        { role: "user" },
      ],
      generationConfig: { seed: 1 },
    },
  );
});

Deno.test("envelop() gives a function's answer the role that Vertex AI knows for it", () => {
  const parts = [{ functionResponse: { name: "f", response: {} } }];
  assert.deepEqual(enveloped({ contents: [{ role: "function", parts }] }), {
    contents: [{ role: "user", parts }],
  });
});

Deno.test("envelop() passes on a role that it does not know", () => {
  const contents = [{ role: "tomorrow", parts: [{ text: "x" }] }];
  assert.deepEqual(enveloped({ contents }), { contents });
});

Deno.test("envelop() gives a single content its role, and leaves it without a list", () => {
  assert.deepEqual(enveloped({ contents: { parts: [{ text: "x" }] } }), {
    contents: { role: "user", parts: [{ text: "x" }] },
  });
});

Deno.test("envelop() leaves contents alone that it does not understand", () => {
  for (const contents of [undefined, [], "text", [null, 5]]) {
    const body = contents === undefined ? {} : { contents };
    assert.deepEqual(enveloped(body), body);
  }
});

Deno.test("countEnvelope() sends the contents alone, in both forms of a count's body", () => {
  const contents = [{ role: "user", parts: [{ text: "x" }] }];
  for (
    const body of [
      { contents },
      { model: "models/other", contents, generationConfig: {}, safetySettings: [] },
      { generateContentRequest: { model: "models/other", contents, toolConfig: {} } },
      { generate_content_request: { contents } },
      // Google ignores the outer contents where there is an inner request.
      {
        contents: [{ role: "user", parts: [{ text: "other" }] }],
        generateContentRequest: { contents },
      },
    ]
  ) assert.deepEqual(counted(body), contents);
});

Deno.test("countEnvelope() fills in roles", () => {
  assert.deepEqual(counted({ contents: { parts: [{ text: "x" }] } }), [
    { parts: [{ text: "x" }], role: "user" },
  ]);
});

Deno.test("countEnvelope() drops thoughts, and contents that held nothing else", () => {
  const call = { functionCall: { name: "f", args: {} }, thoughtSignature: "AAAA" };
  const contents = [
    { role: "user", parts: [{ text: "x" }] },
    { role: "model", parts: [{ text: "Hm", thought: true }, call, { text: "y", thought: false }] },
    { role: "model", parts: [{ text: "Hm, hm", thought: true }] },
  ];
  assert.deepEqual(counted({ contents }), [
    { role: "user", parts: [{ text: "x" }] },
    { role: "model", parts: [call, { text: "y", thought: false }] },
  ]);
});

Deno.test("countEnvelope() counts the system instruction and the tools as text before all else", () => {
  const contents = [{ role: "user", parts: [{ text: "x" }] }];
  const tool = { functionDeclarations: [{ name: "weather", parameters: { type: "OBJECT" } }] };
  for (
    const systemInstruction of [
      "Be brief",
      { text: "Be brief" },
      { parts: { text: "Be brief" } },
      { role: "system", parts: [{ text: "Be brief" }] },
    ]
  ) {
    const message = { contents, systemInstruction, tools: [tool] };
    const expected = [
      { role: "user", parts: [{ text: "Be brief" }, { text: JSON.stringify(tool) }] },
      ...contents,
    ];
    assert.deepEqual(counted({ generateContentRequest: message }), expected);
    const { systemInstruction: system_instruction, ...rest } = message;
    assert.deepEqual(counted({ ...rest, system_instruction }), expected);
  }
});
