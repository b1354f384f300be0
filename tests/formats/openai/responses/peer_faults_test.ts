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
