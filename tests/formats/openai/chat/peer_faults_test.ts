/** Faults that users of other gateways report, each as a test. @module */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/base/json.ts";
import type { KeptToolCall } from "../../../../src/formats/operation.ts";
import {
  choiceOf,
  choicesIn,
  contentsOf,
  deltasOf,
  framesOf,
  GEMINI_3,
  messageOf,
  nativeOf,
  nativeResponse,
  respond,
  streamText,
  testContext,
} from "./chat_calls.ts";

const OPENAI_WORDS = ["stop", "length", "tool_calls", "content_filter", "function_call"];

Deno.test("The limit of tokens is `length`, never `max_tokens`, whole and streamed", () => {
  const response = nativeResponse([{ text: "a" }], { finishReason: "MAX_TOKENS" });
  assert.equal(choiceOf(respond({}, response)).finish_reason, "length");
  assert.equal(choicesIn(framesOf(streamText({}, [response]))).at(-1)?.finish_reason, "length");
});

Deno.test("No finish reason is one of Google's in lower case", () => {
  for (const finishReason of ["SAFETY", "MALFORMED_FUNCTION_CALL", "A_NEW_ONE", "OTHER"]) {
    const response = nativeResponse([], { finishReason });
    assert.ok(OPENAI_WORDS.includes(String(choiceOf(respond({}, response)).finish_reason)));
  }
});

Deno.test("SAFETY is not `stop`", () => {
  const response = nativeResponse([], { finishReason: "SAFETY" });
  assert.equal(choiceOf(respond({}, response)).finish_reason, "content_filter");
});

Deno.test("Two texts in one chunk both arrive", () => {
  const chunks = [nativeResponse([{ text: "one " }, { text: "two" }])];
  const texts = deltasOf({}, chunks).map(({ content }) => content).join("");
  assert.equal(texts, "one two");
});

Deno.test("tool_choice, stop and seed reach Google", () => {
  const { toolConfig, generationConfig } = nativeOf({
    tools: [{ type: "function", function: { name: "f" } }],
    tool_choice: "required",
    stop: ["END"],
    seed: 7,
  });
  assert.deepEqual(toolConfig, { functionCallingConfig: { mode: "ANY" } });
  assert.deepEqual(generationConfig, { stopSequences: ["END"], seed: 7 });
});

Deno.test("Images by https address, and PDFs, reach Google", () => {
  const contents = contentsOf([{
    role: "user",
    content: [
      { type: "image_url", image_url: { url: "https://example.com/a.png" } },
      { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" } },
    ],
  }]);
  assert.deepEqual(contents, [{
    role: "user",
    parts: [
      { fileData: { mimeType: "image/png", fileUri: "https://example.com/a.png" } },
      { inlineData: { mimeType: "application/pdf", data: "AAAA" } },
    ],
  }]);
});

Deno.test("The last turn of the model is not deleted", () => {
  const contents = contentsOf([
    { role: "user", content: "a" },
    { role: "assistant", content: "{" },
  ]);
  assert.deepEqual(contents, [
    { role: "user", parts: [{ text: "a" }] },
    { role: "model", parts: [{ text: "{" }] },
  ]);
});

Deno.test("The finish reason does not wait for the usage to be in its chunk", () => {
  const chunks = [
    nativeResponse([{ text: "a" }], { finishReason: "STOP" }),
    { usageMetadata: { promptTokenCount: 1, totalTokenCount: 2 } },
  ];
  const body = { stream_options: { include_usage: true } };
  const reasons = choicesIn(framesOf(streamText(body, chunks)))
    .flatMap(({ finish_reason }) => finish_reason ?? []);
  assert.deepEqual(reasons, ["stop"]);
});

Deno.test("created is a time", () => {
  const { created } = respond({}, nativeResponse([]));
  assert.ok(typeof created === "number" && created > 1_700_000_000 && created < 5_000_000_000);
});

Deno.test("completion_tokens count the thoughts, as total_tokens do", () => {
  const usageMetadata = {
    promptTokenCount: 10,
    candidatesTokenCount: 5,
    thoughtsTokenCount: 100,
    totalTokenCount: 115,
  };
  const { usage } = respond({}, { ...nativeResponse([]), usageMetadata }) as {
    usage: Record<string, number>;
  };
  assert.equal(usage.completion_tokens, 105);
  assert.equal((usage.prompt_tokens ?? 0) + (usage.completion_tokens ?? 0), usage.total_tokens);
});

Deno.test("Nothing is added to the user's words, and no safety settings are forced", () => {
  assert.deepEqual(nativeOf({ messages: [{ role: "user", content: "a red fox" }] }), {
    contents: [{ role: "user", parts: [{ text: "a red fox" }] }],
  });
});

Deno.test("The id of a tool call is short, and holds no signature", () => {
  const signature = "A+/=".repeat(1000);
  const part = { functionCall: { name: "f", args: {} }, thoughtSignature: signature };
  const { tool_calls } = messageOf(respond({}, nativeResponse([part])));
  assert.ok(Array.isArray(tool_calls));
  assert.match(tool_calls[0].id, /^[A-Za-z0-9_-]{1,64}$/);
});

Deno.test("A call without arguments has none: not a schema", () => {
  const contents = contentsOf([
    { role: "user", content: "a" },
    {
      role: "assistant",
      tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "" } }],
    },
    { role: "tool", tool_call_id: "1", content: "" },
  ]);
  assert.ok(Array.isArray(contents));
  assert.deepEqual(contents[1].parts, [{ functionCall: { name: "f", args: {} } }]);
});

Deno.test("A response with calls does not finish with `stop`", () => {
  const response = nativeResponse([{ text: "a" }, { functionCall: { name: "f", args: {} } }]);
  assert.equal(choiceOf(respond({}, response)).finish_reason, "tool_calls");
  const last = choicesIn(framesOf(streamText({}, [response]))).at(-1);
  assert.equal(last?.finish_reason, "tool_calls");
});

Deno.test("Each call keeps its own signature: that of the first is not used for all", () => {
  const kept = new Map<string, KeptToolCall>();
  const context = testContext(kept);
  const part = (name: string, thoughtSignature?: string): JsonObject => ({
    functionCall: { name, args: {} },
    ...(thoughtSignature === undefined ? {} : { thoughtSignature }),
  });
  const parts = [part("f", "SF"), part("g"), part("h", "SH")];
  const message = messageOf(respond({ model: GEMINI_3 }, nativeResponse(parts), { context }));
  const { tool_calls } = message;
  assert.ok(Array.isArray(tool_calls));
  const results = tool_calls.map(({ id }) => ({ role: "tool", tool_call_id: id, content: "1" }));
  const { contents } = nativeOf({
    model: GEMINI_3,
    messages: [{ role: "user", content: "a" }, message, ...results],
  }, { context });
  assert.ok(Array.isArray(contents));
  assert.deepEqual(contents[1].parts, parts);
});

Deno.test("A call in an earlier chunk than STOP does not finish with `stop`", () => {
  const chunks = [
    nativeResponse([{ functionCall: { name: "f", args: {} } }]),
    nativeResponse([], { finishReason: "STOP" }),
  ];
  const reasons = choicesIn(framesOf(streamText({}, chunks)))
    .flatMap(({ finish_reason }) => finish_reason ?? []);
  assert.deepEqual(reasons, ["tool_calls"]);
});

Deno.test("The id that Gemini gave a call goes back to Gemini: no random id does", () => {
  for (const id of ["g1", undefined]) {
    const context = testContext();
    const functionCall = { name: "f", args: {}, ...(id === undefined ? {} : { id }) };
    const model = "gemini-3.6-flash";
    const message = messageOf(respond({ model }, nativeResponse([{ functionCall }]), { context }));
    const { tool_calls } = message;
    assert.ok(Array.isArray(tool_calls));
    const { contents } = nativeOf({
      model,
      messages: [
        { role: "user", content: "a" },
        message,
        { role: "tool", tool_call_id: tool_calls[0].id, content: "1" },
      ],
    }, { context });
    assert.ok(Array.isArray(contents));
    assert.deepEqual(contents[1].parts[0].functionCall, functionCall);
    assert.equal(contents[2].parts[0].functionResponse.id, id);
  }
});

Deno.test("A result is not encoded a second time, and none is invented for a call without one", () => {
  const call = (id: string) => ({ id, type: "function", function: { name: id, arguments: "{}" } });
  const contents = contentsOf([
    { role: "user", content: "a" },
    { role: "assistant", tool_calls: ["f", "g", "h"].map(call) },
    { role: "tool", tool_call_id: "f", content: '{"a":[1,"x"]}' },
    { role: "tool", tool_call_id: "g", content: 'say "x"' },
  ]);
  assert.ok(Array.isArray(contents));
  assert.deepEqual(contents[2].parts, [
    { functionResponse: { name: "f", response: { a: [1, "x"] } } },
    { functionResponse: { name: "g", response: { result: 'say "x"' } } },
  ]);
});
