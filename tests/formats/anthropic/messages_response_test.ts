import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/base/json.ts";
import { checkStream, type GrammarEvent } from "./event_grammar.ts";
import { messageFor, MODEL, read, responseWith, streamFor, TestContext } from "./operations.ts";

const STOP = { finishReason: "STOP" };
const SHOWS = { thinking: { type: "adaptive" } };

function usage(members: JsonObject = {}): JsonObject {
  return {
    usageMetadata: {
      promptTokenCount: 10,
      cachedContentTokenCount: 4,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 3,
      totalTokenCount: 18,
      ...members,
    },
  };
}

/** The events without pings, each as its type and what it adds. */
function outline(events: readonly GrammarEvent[]): unknown[] {
  return events.filter(({ type }) => type !== "ping").map((event) => {
    if (event.type === "content_block_start") return event.content_block;
    if (event.type === "content_block_delta") return event.delta;
    return event.type;
  });
}

function contentOf(message: JsonObject): readonly JsonObject[] {
  assert.ok(Array.isArray(message.content));
  return message.content;
}

Deno.test("A whole message has every field of Anthropic's", () => {
  const response = {
    ...responseWith([{ text: "hello" }], STOP),
    ...usage(),
    responseId: "abc-1_2",
    modelVersion: "gemini-3.6-flash-001",
  };
  assert.deepEqual(messageFor(response), {
    id: "msg_abc-1_2",
    type: "message",
    role: "assistant",
    model: "gemini-3.6-flash-001",
    content: [{ type: "text", text: "hello" }],
    stop_reason: "end_turn",
    stop_sequence: null,
    stop_details: null,
    usage: {
      input_tokens: 6,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 4,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
      output_tokens: 8,
      output_tokens_details: { thinking_tokens: 3 },
      service_tier: "standard",
    },
  });
});

Deno.test("A message has the called model and a new id where upstream names none", () => {
  const { id, model } = messageFor(responseWith([{ text: "a" }]));
  assert.match(String(id), /^msg_\d{24}$/);
  assert.equal(model, MODEL);
  const { id: other } = messageFor({ ...responseWith([]), responseId: "a b" });
  assert.match(String(other), /^msg_\d{24}$/);
});

Deno.test("A stream has every event in order", () => {
  const stream = streamFor([
    { ...responseWith([{ text: "think", thought: true }]), ...usage({ candidatesTokenCount: 0 }) },
    responseWith([{ text: "ing", thought: true, thoughtSignature: "c2ln" }]),
    responseWith([{ text: "Hel" }, { text: "lo" }]),
    {
      ...responseWith([{ functionCall: { name: "f", args: { a: 1 } } }], STOP),
      ...usage(),
    },
  ], SHOWS);
  const events = checkStream(stream);
  assert.equal(events[1]?.type, "ping");
  const [first] = events;
  assert.ok(first?.type === "message_start");
  assert.equal(first.message.usage.input_tokens, 6);
  assert.deepEqual(outline(events), [
    "message_start",
    { type: "thinking", thinking: "", signature: "" },
    { type: "thinking_delta", thinking: "think" },
    { type: "thinking_delta", thinking: "ing" },
    { type: "signature_delta", signature: "gemini-thought:c2ln" },
    "content_block_stop",
    { type: "text", text: "" },
    { type: "text_delta", text: "Hel" },
    { type: "text_delta", text: "lo" },
    "content_block_stop",
    { type: "tool_use", id: "toolu_0000000000000000000002", name: "f", input: {} },
    { type: "input_json_delta", partial_json: '{"a":1}' },
    "content_block_stop",
    "message_delta",
    "message_stop",
  ]);
  const end = events.at(-2);
  assert.ok(end?.type === "message_delta");
  assert.deepEqual(end.delta, {
    stop_reason: "tool_use",
    stop_sequence: null,
    stop_details: null,
  });
  assert.deepEqual(end.usage, {
    input_tokens: 6,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 4,
    output_tokens: 8,
    output_tokens_details: { thinking_tokens: 3 },
  });
});

Deno.test("A stream ends properly when nothing came", () => {
  for (const chunks of [[], [{}], [responseWith([], STOP)], [responseWith([{ text: "" }])]]) {
    const events = checkStream(streamFor(chunks));
    assert.deepEqual(outline(events), ["message_start", "message_delta", "message_stop"]);
  }
});

Deno.test("A blocked prompt is a refusal, whole and streamed", () => {
  const blocked = { promptFeedback: { blockReason: "PROHIBITED_CONTENT" }, ...usage() };
  const message = messageFor(blocked);
  assert.equal(message.stop_reason, "refusal");
  assert.deepEqual(message.content, []);
  assert.deepEqual(message.stop_details, {
    type: "refusal",
    category: null,
    explanation: "Google blocked the prompt: PROHIBITED_CONTENT",
  });
  const end = checkStream(streamFor([blocked])).at(-2);
  assert.ok(end?.type === "message_delta");
  assert.equal(end.delta.stop_reason, "refusal");
});

Deno.test("Every finish reason has a word of Anthropic's", async (t) => {
  const words: Readonly<Record<string, string>> = {
    STOP: "end_turn",
    MAX_TOKENS: "max_tokens",
    CONTINUATION: "max_tokens",
    SAFETY: "refusal",
    RECITATION: "refusal",
    PROHIBITED_CONTENT: "refusal",
    IMAGE_SAFETY: "refusal",
    MALFORMED_FUNCTION_CALL: "end_turn",
    A_NEW_REASON: "end_turn",
  };
  for (const [finishReason, word] of Object.entries(words)) {
    await t.step(finishReason, () => {
      assert.equal(messageFor(responseWith([{ text: "a" }], { finishReason })).stop_reason, word);
    });
  }
});

Deno.test("A message that calls a tool says so, unless it was cut", () => {
  const call = [{ functionCall: { name: "f", args: {} } }];
  assert.equal(messageFor(responseWith(call, STOP)).stop_reason, "tool_use");
  const cut = messageFor(responseWith(call, { finishReason: "MAX_TOKENS" }));
  assert.equal(cut.stop_reason, "max_tokens");
});

Deno.test("Parallel calls have ids of their own, under which their signatures are kept", () => {
  const context = new TestContext();
  const parts = [
    { functionCall: { name: "f", args: { a: 1 }, id: "g1" }, thoughtSignature: "c2ln" },
    { functionCall: { name: "f", args: { a: 2 }, id: "g2" } },
    { functionCall: { name: "f" } },
  ];
  const content = contentOf(messageFor(responseWith(parts, STOP), {}, context));
  assert.equal(new Set(content.map(({ id }) => id)).size, 3);
  assert.deepEqual(content.map(({ input }) => input), [{ a: 1 }, { a: 2 }, {}]);
  assert.deepEqual(content.map(({ id }) => context.keptCall(String(id))), [
    { id: "g1", signature: "c2ln" },
    { id: "g2" },
    {},
  ]);
});

Deno.test("A function has the client's name again", () => {
  const tools = [{ name: "name with spaces", input_schema: { type: "object" } }];
  const reading = read({ tools });
  const [, name] = /"name":"([^"]+)"/.exec(JSON.stringify(reading.calls[0]?.body.tools)) ?? [];
  assert.match(name ?? "", /^[a-zA-Z_][\w.:-]{0,63}$/);
  assert.ok(reading.response.type === "whole");
  const body = reading.response.translate([responseWith([{ functionCall: { name } }])]);
  assert.ok("json" in body);
  assert.equal(contentOf(body.json)[0]?.name, "name with spaces");
});

Deno.test("Thoughts are shown only to clients that ask for them", () => {
  const response = responseWith([
    { text: "think", thought: true, thoughtSignature: "c2ln" },
    { text: "hello" },
  ], STOP);
  assert.deepEqual(messageFor(response).content, [{ type: "text", text: "hello" }]);
  assert.deepEqual(messageFor(response, SHOWS).content, [
    { type: "thinking", thinking: "think", signature: "gemini-thought:c2ln" },
    { type: "text", text: "hello" },
  ]);
  const omitted = { thinking: { type: "adaptive", display: "omitted" } };
  assert.deepEqual(messageFor(response, omitted).content, [{ type: "text", text: "hello" }]);
});

Deno.test("The signature of a text goes to the thinking before it", () => {
  const response = responseWith([
    { text: "think", thought: true },
    { text: "hello", thoughtSignature: "c2ln" },
  ], STOP);
  assert.deepEqual(messageFor(response, SHOWS).content, [
    { type: "thinking", thinking: "think", signature: "gemini-text:c2ln" },
    { type: "text", text: "hello" },
  ]);
});

Deno.test("A signature that comes after its text opens no block", () => {
  const stream = streamFor([
    responseWith([{ text: "think", thought: true }]),
    responseWith([{ text: "hello" }]),
    responseWith([{ text: "", thoughtSignature: "c2ln" }], STOP),
  ], SHOWS);
  const events = checkStream(stream);
  assert.equal(events.filter(({ type }) => type === "content_block_start").length, 2);
  assert.doesNotMatch(stream, /c2ln/);
});

Deno.test("A call's signature is in no block of thinking", () => {
  const stream = streamFor([
    responseWith([{ text: "think", thought: true }]),
    responseWith([{ functionCall: { name: "f" }, thoughtSignature: "c2ln" }], STOP),
  ], SHOWS);
  checkStream(stream);
  assert.doesNotMatch(stream, /c2ln/);
});

Deno.test("Images and files of the model become text", () => {
  const response = responseWith([
    { inlineData: { mimeType: "image/png", data: "AAAA" } },
    { fileData: { mimeType: "video/mp4", fileUri: "https://a.example/v" } },
    { inlineData: { mimeType: "image/png", data: "BBBB" }, thought: true },
  ]);
  assert.deepEqual(messageFor(response).content, [{
    type: "text",
    text: "![](data:image/png;base64,AAAA)[https://a.example/v](https://a.example/v)",
  }]);
});

Deno.test("Only the first candidate is read", () => {
  const candidates = [
    { index: 1, content: { parts: [{ text: "b" }] } },
    { index: 0, content: { parts: [{ text: "a" }] } },
  ];
  assert.deepEqual(messageFor({ candidates }).content, [{ type: "text", text: "a" }]);
});
