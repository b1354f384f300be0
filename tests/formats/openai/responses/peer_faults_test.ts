/** Faults that other gateways have, or had, with Responses. */
import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../../../src/base/json.ts";
import { checkEvents } from "./event_grammar.ts";
import { testContext } from "./operation_context.ts";
import { eventsFor, nativeOf, responseWith, WEATHER, wholeOf } from "./responses_calls.ts";

function outputOf(response: JsonObject): JsonObject[] {
  assert.ok(Array.isArray(response.output));
  return response.output.filter(isJsonObject);
}

Deno.test("The model's last turn stays, even if it is the last item", () => {
  const input = [{ role: "user", content: "Count" }, { role: "assistant", content: "One, two," }];
  assert.deepEqual(nativeOf({ input }).contents, [
    { role: "user", parts: [{ text: "Count" }] },
    { role: "model", parts: [{ text: "One, two," }] },
  ]);
});

Deno.test("Two texts in one chunk are both sent", () => {
  const events = eventsFor([responseWith([{ text: "one " }, { text: "two" }])]);
  const deltas = events.filter(({ type }) => type === "response.output_text.delta");
  assert.deepEqual(deltas.map(({ delta }) => delta), ["one ", "two"]);
});

Deno.test("A call without arguments has none, either way", () => {
  const call = { type: "function_call", call_id: "c", name: "now" };
  for (const args of ["", "{}", null, undefined]) {
    const { contents } = nativeOf({ input: [{ ...call, arguments: args }] });
    const parts = Array.isArray(contents) && isJsonObject(contents[0]) ? contents[0].parts : [];
    assert.deepEqual(Array.isArray(parts) && parts[0].functionCall, { name: "now", args: {} });
  }
  const [item] = outputOf(wholeOf(responseWith([{ functionCall: { name: "now" } }])));
  assert.equal(item?.arguments, "{}");
});

Deno.test("Each of several calls has an id of its own, and its own signature", () => {
  const context = testContext();
  const parts = ["YQ==", "Yg=="].map((thoughtSignature) => ({
    functionCall: { name: "weather", args: {} },
    thoughtSignature,
  }));
  const chunks = parts.map((part) => ({ candidates: [{ content: { parts: [part] } }] }));
  const calls = outputOf(checkEvents(eventsFor(chunks, { tools: [WEATHER] }, context)));
  const ids = calls.map(({ call_id }) => String(call_id));
  assert.equal(new Set(ids).size, 2);
  assert.deepEqual(ids.map((id) => context.keptCall(id)?.signature), ["YQ==", "Yg=="]);
});

Deno.test("A placeholder stands for a signature that is not known, once a turn, and only with Gemini 3", () => {
  const input = ["a", "b"].map((call_id) => ({
    type: "function_call",
    call_id,
    name: "weather",
    arguments: "{}",
  }));
  const placeholders = (model: string) =>
    JSON.stringify(nativeOf({ model, input })).split("skip_thought_signature_validator").length - 1;
  assert.equal(placeholders("gemini-3-flash"), 1);
  assert.equal(placeholders("gemini-2.5-flash"), 0);
});

Deno.test("A schema keeps its definitions, and nothing is added to what the user says", () => {
  const schema = {
    type: "object",
    properties: { node: { $ref: "#/$defs/node" } },
    $defs: { node: { type: "object", properties: { next: { $ref: "#/$defs/node" } } } },
  };
  const native = nativeOf({
    input: "draw a cat",
    text: { format: { type: "json_schema", name: "x", schema } },
  });
  assert.deepEqual(native, {
    contents: [{ role: "user", parts: [{ text: "draw a cat" }] }],
    generationConfig: { responseMimeType: "application/json", responseJsonSchema: schema },
  });
});

Deno.test("Thoughts are counted as output once, and cached tokens as a part of the input", () => {
  const usageMetadata = {
    promptTokenCount: 10,
    cachedContentTokenCount: 4,
    candidatesTokenCount: 5,
    thoughtsTokenCount: 3,
    totalTokenCount: 15,
  };
  const { usage } = wholeOf({ ...responseWith([{ text: "a" }]), usageMetadata });
  assert.ok(isJsonObject(usage));
  // The total shows that the thoughts are among the candidates' tokens.
  assert.equal(usage.input_tokens, 10);
  assert.equal(usage.output_tokens, 5);
  assert.equal(usage.total_tokens, 15);
});

Deno.test("The id that Gemini gave a call goes back to Gemini: no random id does", () => {
  for (const id of ["g1", undefined]) {
    const context = testContext();
    const functionCall = { name: "weather", args: {}, ...(id === undefined ? {} : { id }) };
    const response = wholeOf(responseWith([{ functionCall }]), { tools: [WEATHER] }, context);
    const call = outputOf(response).find(({ type }) => type === "function_call");
    const result = { type: "function_call_output", call_id: call?.call_id, output: "1" };
    const { contents } = nativeOf({ model: "gemini-3.6-flash", input: [call, result] }, context);
    assert.ok(Array.isArray(contents));
    assert.deepEqual(contents[0].parts[0].functionCall, functionCall);
    assert.equal(contents[1].parts[0].functionResponse.id, id);
  }
});

Deno.test("tool_choice and temperature reach Google", () => {
  const { toolConfig, generationConfig } = nativeOf({
    input: "hi",
    tools: [WEATHER],
    tool_choice: "required",
    temperature: 0.5,
  });
  assert.deepEqual(toolConfig, { functionCallingConfig: { mode: "ANY" } });
  assert.deepEqual(generationConfig, { temperature: 0.5 });
});

Deno.test("Images by https address, and PDFs, reach Google", () => {
  const { contents } = nativeOf({
    input: [{
      role: "user",
      content: [
        { type: "input_image", image_url: "https://example.com/a.png" },
        { type: "input_file", file_url: "https://example.com/a.pdf" },
        {
          type: "input_file",
          filename: "a.pdf",
          file_data: "data:application/pdf;base64,AAAA",
        },
      ],
    }],
  });
  assert.deepEqual(contents, [{
    role: "user",
    parts: [
      { fileData: { mimeType: "image/png", fileUri: "https://example.com/a.png" } },
      { fileData: { mimeType: "application/pdf", fileUri: "https://example.com/a.pdf" } },
      { inlineData: { mimeType: "application/pdf", data: "AAAA" } },
    ],
  }]);
});

Deno.test("SAFETY is no normal end, and MAX_TOKENS has OpenAI's word", () => {
  const end = (finishReason: string) => {
    const { status, incomplete_details } = wholeOf({
      candidates: [{ content: { parts: [{ text: "a" }] }, finishReason }],
    });
    return { status, incomplete_details };
  };
  assert.deepEqual(end("SAFETY"), {
    status: "incomplete",
    incomplete_details: { reason: "content_filter" },
  });
  assert.deepEqual(end("MAX_TOKENS"), {
    status: "incomplete",
    incomplete_details: { reason: "max_output_tokens" },
  });
});

Deno.test("An empty stream ends: response.completed is its last event", () => {
  assert.equal(checkEvents(eventsFor([])).status, "completed");
  assert.equal(eventsFor([]).at(-1)?.type, "response.completed");
});

Deno.test("The id of a tool call is short, and holds no signature", () => {
  const part = { functionCall: { name: "weather" }, thoughtSignature: "A+/=".repeat(1000) };
  const call = outputOf(wholeOf(responseWith([part]), { tools: [WEATHER] }))
    .find(({ type }) => type === "function_call");
  assert.match(String(call?.call_id), /^[A-Za-z0-9_-]{1,64}$/);
});
