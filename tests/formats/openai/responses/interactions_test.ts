import assert from "node:assert/strict";
import fc from "fast-check";
import { isJsonObject, type JsonObject } from "../../../../src/base/json.ts";
import {
  interactionIdOf,
  responseIdOf,
} from "../../../../src/formats/openai/responses/interactions/interaction_ids.ts";
import { OPENAI_RESPONSES } from "../../../../src/formats/openai/responses/responses.ts";
import type { EventTranslator, TranslatedCall } from "../../../../src/formats/operation.ts";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";
import { checkEvents, eventsOf } from "./event_grammar.ts";
import { testContext } from "./operation_context.ts";
import { WEATHER } from "./responses_calls.ts";

const MODEL = "gemini-3.8-flash";
const STORED = { model: MODEL, store: true };

function contextWithInteractions() {
  return { ...testContext(), hasInteractions: () => true };
}

function callFor(body: JsonObject, context = contextWithInteractions()): TranslatedCall {
  const { calls: [call] } = OPENAI_RESPONSES.read({ ...STORED, ...body }, context);
  return call ?? assert.fail();
}

/** The events for a client, of the events of an interaction. */
function eventsFor(events: readonly JsonObject[], body: JsonObject = {}): JsonObject[] {
  const request = { ...STORED, input: "hi", stream: true, ...body };
  const { response } = OPENAI_RESPONSES.read(request, contextWithInteractions());
  if (response.type !== "stream") assert.fail();
  const translator = response.translator();
  return eventsOf(events.map((event) => translator.chunk(event)).join("") + endOf(translator));
}

/** The end of a stream, as the gateway writes it. */
function endOf(translator: EventTranslator): string {
  try {
    return translator.end();
  } catch (error) {
    assert.ok(error instanceof RpcError);
    return translator.error(error);
  }
}

const CREATED = {
  event_type: "interaction.created",
  interaction: { id: "v1_a", status: "in_progress" },
};

function completed(status: string, more: JsonObject = {}): JsonObject {
  const usage = {
    total_input_tokens: 5,
    total_output_tokens: 3,
    total_thought_tokens: 2,
    total_tokens: 10,
  };
  return {
    event_type: "interaction.completed",
    interaction: { id: "v1_a", status, usage, ...more },
  };
}

Deno.test("A request that asks for a stored response becomes one for an interaction", () => {
  const { method, body } = callFor({
    input: [{
      role: "user",
      content: [
        { type: "input_text", text: "look" },
        { type: "input_image", image_url: "data:image/png;base64,AAAA" },
        { type: "input_file", file_url: "https://example.com/a.pdf" },
      ],
    }],
    instructions: "Be brief",
    tools: [WEATHER, { type: "web_search" }],
    tool_choice: { type: "function", name: "weather" },
    temperature: 0.5,
    top_p: 0.9,
    max_output_tokens: 9,
    reasoning: { effort: "low", summary: "auto" },
    text: { format: { type: "json_schema", name: "x", schema: { type: "object" } } },
    stream: true,
  });
  assert.equal(method, "interactions.create");
  assert.deepEqual(body, {
    model: MODEL,
    input: [{
      type: "user_input",
      content: [
        { type: "text", text: "look" },
        { type: "image", mime_type: "image/png", data: "AAAA" },
        { type: "document", mime_type: "application/pdf", uri: "https://example.com/a.pdf" },
      ],
    }],
    store: true,
    stream: true,
    system_instruction: "Be brief",
    tools: [
      {
        type: "function",
        name: "weather",
        description: "The weather",
        parameters: WEATHER.parameters,
      },
      { type: "google_search" },
    ],
    response_format: { type: "text", mime_type: "application/json", schema: { type: "object" } },
    generation_config: {
      temperature: 0.5,
      top_p: 0.9,
      max_output_tokens: 9,
      thinking_level: "low",
      thinking_summaries: "auto",
      tool_choice: { allowed_tools: { mode: "any", tools: ["weather"] } },
    },
  });
});

Deno.test("Other requests are not stored at Google", () => {
  const cases: readonly JsonObject[] = [
    { store: undefined },
    { store: false },
    { top_logprobs: 2 },
    { model: "gemini-2.5-flash", reasoning: { effort: "low" } },
    { tools: [{ type: "image_generation" }] },
    {
      input: [{
        role: "user",
        content: [{ type: "input_image", image_url: "data:image/png;base64,AA", detail: "low" }],
      }],
    },
  ];
  for (const body of cases) {
    assert.equal(callFor({ input: "hi", ...body }).method, "generateContent", JSON.stringify(body));
  }
  const { calls: [call] } = OPENAI_RESPONSES.read({ ...STORED, input: "hi" }, testContext());
  assert.equal(call?.method, "generateContent");
});

Deno.test("An interaction is continued by its id, with the ids of its calls", () => {
  const context = contextWithInteractions();
  const call_id = context.keepCall({ id: "g1" }, "call_");
  const { body } = callFor({
    store: undefined,
    previous_response_id: responseIdOf("v1_a-B"),
    input: [{ type: "function_call_output", call_id, output: "sun" }],
  }, context);
  assert.equal(body.previous_interaction_id, "v1_a-B");
  assert.deepEqual(body.input, [{
    type: "function_result",
    call_id: "g1",
    result: { result: "sun" },
  }]);
  assert.equal(interactionIdOf("resp_000000000000000000000000"), undefined);
  assert.throws(
    () => callFor({ previous_response_id: responseIdOf("v1_a"), input: "x", top_logprobs: 1 }),
    RpcError,
  );
});

Deno.test("The events of an interaction become those of a response", () => {
  const events = eventsFor([
    CREATED,
    { event_type: "step.start", index: 0, step: { type: "thought" } },
    {
      event_type: "step.delta",
      index: 0,
      delta: { type: "thought_summary", content: { type: "text", text: "Thinking" } },
    },
    { event_type: "step.delta", index: 0, delta: { type: "thought_signature", signature: "c2ln" } },
    { event_type: "step.stop", index: 0 },
    { event_type: "step.start", index: 1, step: { type: "model_output" } },
    { event_type: "step.delta", index: 1, delta: { type: "text", text: "Let me " } },
    { event_type: "step.delta", index: 1, delta: { type: "text", text: "see." } },
    { event_type: "step.stop", index: 1 },
    {
      event_type: "step.start",
      index: 2,
      step: { type: "function_call", id: "g1", name: "weather", arguments: {} },
    },
    {
      event_type: "step.delta",
      index: 2,
      delta: { type: "arguments_delta", arguments: '{"city":' },
    },
    {
      event_type: "step.delta",
      index: 2,
      delta: { type: "arguments_delta", arguments: '"Oslo"}' },
    },
    { event_type: "step.stop", index: 2 },
    completed("requires_action"),
  ], { tools: [WEATHER] });
  const response = checkEvents(events);
  assert.equal(response.id, "resp_gi-v1_a");
  assert.equal(response.status, "completed");
  assert.ok(Array.isArray(response.output));
  const [thought, message, call] = response.output;
  assert.deepEqual(thought.summary, [{ type: "summary_text", text: "Thinking" }]);
  assert.equal(message.content[0].text, "Let me see.");
  assert.equal(call.arguments, '{"city":"Oslo"}');
  assert.deepEqual(response.usage, {
    input_tokens: 5,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 2 },
    total_tokens: 10,
  });
});

Deno.test("Each status of an interaction has one of a response", () => {
  const cases: readonly [string, JsonObject, string][] = [
    ["completed", {}, "completed"],
    ["requires_action", {}, "completed"],
    ["incomplete", {}, "incomplete"],
    ["failed", { errors: [{ code: "safety", message: "no" }] }, "incomplete"],
    ["failed", { errors: [{ code: "internal", message: "broken" }] }, "failed"],
    ["cancelled", {}, "failed"],
  ];
  for (const [status, more, expected] of cases) {
    const { status: found } = checkEvents(eventsFor([CREATED, completed(status, more)]));
    assert.equal(found, expected, status);
  }
});

const STEPS = ["thought", "model_output", "function_call", "code_execution_call", "other"];
const delta = fc.oneof(
  fc.record({ type: fc.constant("text"), text: fc.string() }),
  fc.record({ type: fc.constant("arguments_delta"), arguments: fc.string() }),
  fc.constant({ type: "thought_summary", content: { type: "text", text: "a" } }),
  fc.constant({ type: "image", data: "AAAA", mime_type: "image/png" }),
  fc.dictionary(fc.string(), fc.jsonValue()),
);
const event = fc.oneof(
  fc.constant(CREATED),
  fc.constant(completed("completed")),
  fc.record({
    event_type: fc.constant("step.start"),
    index: fc.nat(2),
    step: fc.record({ type: fc.constantFrom(...STEPS), arguments: fc.constant({ code: "1" }) }),
  }),
  fc.record({ event_type: fc.constant("step.delta"), index: fc.nat(2), delta }),
  fc.record({ event_type: fc.constant("step.stop"), index: fc.nat(2) }),
  fc.record({ event_type: fc.string(), interaction: fc.jsonValue() }),
);

Deno.test("An interaction whose end is missing is no completed response", () => {
  const start = { event_type: "step.start", index: 0, step: { type: "model_output" } };
  const delta = { event_type: "step.delta", index: 0, delta: { type: "text", text: "Hal" } };
  for (const begun of [[CREATED, start, delta], [CREATED], []]) {
    const events = eventsFor(begun);
    checkEvents(events);
    const { type, response } = events.at(-1) ?? {};
    assert.equal(type, "response.failed");
    assert.ok(isJsonObject(response) && isJsonObject(response.error));
    assert.equal(response.status, "failed");
    assert.match(String(response.error.message), /its end is missing/);
  }
  const { response } = OPENAI_RESPONSES.read({ ...STORED, input: "hi" }, contextWithInteractions());
  for (const cut of [{}, { id: "v1_a", status: "in_progress", steps: [] }]) {
    assert.ok(response.type === "whole");
    assert.throws(() => response.translate([cut]), { status: "UNAVAILABLE" });
  }
});

Deno.test("Any events of an interaction become events in OpenAI's order", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), (events) => {
      checkEvents(eventsFor(events));
    }),
    { numRuns: 300 },
  );
});
