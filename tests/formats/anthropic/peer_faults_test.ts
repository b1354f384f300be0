/**
 * Faults that users of other gateways report, each as a test of its own.
 */
import assert from "node:assert/strict";
import { isJsonObject } from "../../../src/base/json.ts";
import { checkStream } from "./event_grammar.ts";
import {
  contentsOf,
  COUNT_TOKENS_OPERATION,
  messageFor,
  MODEL,
  nativeOf,
  partsOf,
  responseWith,
  streamFor,
  TestContext,
} from "./operations.ts";

Deno.test("max_tokens and stop_sequences are not dropped", () => {
  const { generationConfig } = nativeOf({ max_tokens: 77, stop_sequences: ["END"] });
  assert.deepEqual(generationConfig, { maxOutputTokens: 77, stopSequences: ["END"] });
});

Deno.test("tool_choice is not ignored", () => {
  const tools = [{ name: "f", input_schema: { type: "object" } }];
  const { toolConfig } = nativeOf({ tools, tool_choice: { type: "tool", name: "f" } });
  assert.deepEqual(toolConfig, {
    functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["f"] },
  });
});

Deno.test("Documents and images by address are not dropped", () => {
  const parts = partsOf([
    { type: "image", source: { type: "url", url: "https://a.example/a.png" } },
    { type: "document", source: { type: "url", url: "https://a.example/a.pdf" } },
    {
      type: "document",
      source: { type: "base64", media_type: "application/pdf", data: "AAAA" },
    },
  ]);
  assert.deepEqual(parts, [
    { fileData: { mimeType: "image/png", fileUri: "https://a.example/a.png" } },
    { fileData: { mimeType: "application/pdf", fileUri: "https://a.example/a.pdf" } },
    { inlineData: { mimeType: "application/pdf", data: "AAAA" } },
  ]);
});

Deno.test("An empty stream has message_delta and message_stop", () => {
  const events = checkStream(streamFor([]));
  assert.deepEqual(events.slice(-2).map(({ type }) => type), ["message_delta", "message_stop"]);
});

Deno.test("The last message of the assistant is not deleted", () => {
  const contents = contentsOf([
    { role: "user", content: "Name a colour" },
    { role: "assistant", content: "The colour is" },
  ]);
  assert.ok(Array.isArray(contents));
  assert.deepEqual(contents.at(-1), { role: "model", parts: [{ text: "The colour is" }] });
});

Deno.test("Two texts in one chunk are both sent", () => {
  const chunk = responseWith([{ text: "a" }, { text: "b" }]);
  const stream = streamFor([chunk]);
  assert.match(stream, /"text":"a"/);
  assert.match(stream, /"text":"b"/);
  assert.deepEqual(messageFor(chunk).content, [{ type: "text", text: "ab" }]);
});

Deno.test("SAFETY is no normal end, and MAX_TOKENS has Anthropic's word", () => {
  const end = (finishReason: string) => messageFor(responseWith([], { finishReason })).stop_reason;
  assert.equal(end("SAFETY"), "refusal");
  assert.equal(end("MAX_TOKENS"), "max_tokens");
});

Deno.test("A stream ends with its reason, whether usage is in the same chunk or not", () => {
  const stream = streamFor([
    responseWith([{ text: "a" }], { finishReason: "MAX_TOKENS" }),
    { usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 } },
  ]);
  const end = checkStream(stream).at(-2);
  assert.ok(end?.type === "message_delta");
  assert.equal(end.delta.stop_reason, "max_tokens");
  assert.equal(end.usage.output_tokens, 2);
});

Deno.test("input_tokens excludes what was cached, and output_tokens includes thoughts", () => {
  const { usage } = messageFor({
    ...responseWith([{ text: "a" }]),
    usageMetadata: {
      promptTokenCount: 100,
      cachedContentTokenCount: 90,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 20,
      totalTokenCount: 125,
    },
  });
  assert.ok(isJsonObject(usage));
  assert.equal(usage.input_tokens, 10);
  assert.equal(usage.cache_read_input_tokens, 90);
  assert.equal(usage.output_tokens, 25);
});

Deno.test("count_tokens is a real count", () => {
  const body = { model: MODEL, messages: [{ role: "user", content: "hello" }], system: "be" };
  const reading = COUNT_TOKENS_OPERATION.read(body, new TestContext());
  assert.deepEqual(reading.calls, [{
    method: "countTokens",
    model: MODEL,
    body: {
      generateContentRequest: {
        model: `models/${MODEL}`,
        contents: [{ role: "user", parts: [{ text: "hello" }] }],
        systemInstruction: { parts: [{ text: "be" }] },
      },
    },
  }]);
  assert.ok(reading.response.type === "whole");
  const counted = reading.response.translate([{ totalTokens: 42 }]);
  assert.deepEqual(counted, { json: { input_tokens: 42 } });
});

Deno.test("An id of a tool call carries no signature and is short", () => {
  const signature = "c2ln".repeat(1000);
  const { content } = messageFor(
    responseWith([{ functionCall: { name: "f" }, thoughtSignature: signature }]),
  );
  assert.ok(Array.isArray(content));
  assert.match(content[0].id, /^[a-zA-Z0-9_-]{1,64}$/);
});

Deno.test("Each call of a response keeps its own signature", () => {
  const context = new TestContext();
  const { content } = messageFor(
    responseWith([
      { functionCall: { name: "f" }, thoughtSignature: "b25l" },
      { functionCall: { name: "g" }, thoughtSignature: "dHdv" },
    ]),
    {},
    context,
  );
  assert.ok(Array.isArray(content));
  const messages = [
    { role: "user", content: "a" },
    { role: "assistant", content },
    {
      role: "user",
      content: content.map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: "1" })),
    },
  ];
  const contents = contentsOf(messages, { context });
  assert.ok(Array.isArray(contents));
  assert.deepEqual(
    contents[1].parts.map((part: Record<string, unknown>) => part.thoughtSignature),
    ["b25l", "dHdv"],
  );
});

Deno.test("A call without arguments has none", () => {
  const contents = contentsOf([
    { role: "user", content: "a" },
    { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "f", input: {} }] },
  ], { model: "gemini-2.5-flash" });
  assert.ok(Array.isArray(contents));
  assert.deepEqual(contents[1].parts, [{ functionCall: { name: "f", args: {} } }]);
});

Deno.test("cache_control makes no explicit cache", () => {
  const cache_control = { type: "ephemeral" };
  const native = nativeOf({
    cache_control,
    system: [{ type: "text", text: "be", cache_control }],
    messages: [{ role: "user", content: [{ type: "text", text: "hi", cache_control }] }],
  });
  assert.equal(native.cachedContent, undefined);
  assert.doesNotMatch(JSON.stringify(native), /cache/i);
});

Deno.test("No safety settings are forced, and no words are added", () => {
  assert.deepEqual(nativeOf(), {
    contents: [{ role: "user", parts: [{ text: "hello" }] }],
    generationConfig: { maxOutputTokens: 100 },
  });
});

Deno.test("Claude Code's line for its accounts, which differs in each request, is skipped", () => {
  const line = (cch: string) =>
    `x-anthropic-billing-header: cc_version=2.1.177.01c; cc_entrypoint=cli; cch=${cch};`;
  const systemOf = (system: unknown) => nativeOf({ system }).systemInstruction;
  const expected = { parts: [{ text: "You are Claude Code" }] };
  for (const cch of ["36ee5", "0aaa9"]) {
    const blocks = [
      { type: "text", text: line(cch) },
      { type: "text", text: "You are Claude Code" },
    ];
    assert.deepEqual(systemOf(blocks), expected);
    assert.deepEqual(systemOf(`${line(cch)}\nYou are Claude Code`), expected);
  }
});

Deno.test("The id that Gemini gave a call goes back to Gemini: no random id does", () => {
  for (const id of ["g1", undefined]) {
    const context = new TestContext();
    const functionCall = { name: "f", args: {}, ...(id === undefined ? {} : { id }) };
    const { content } = messageFor(responseWith([{ functionCall }]), {}, context);
    assert.ok(Array.isArray(content));
    const contents = contentsOf([
      { role: "user", content: "a" },
      { role: "assistant", content },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: content[0].id, content: "1" }],
      },
    ], { context });
    assert.ok(Array.isArray(contents));
    assert.deepEqual(contents[1].parts[0].functionCall, functionCall);
    assert.equal(contents[2].parts[0].functionResponse.id, id);
  }
});

Deno.test("A call in an earlier chunk than STOP does not end with `end_turn`", () => {
  const stream = streamFor([
    responseWith([{ functionCall: { name: "f" } }]),
    responseWith([], { finishReason: "STOP" }),
  ]);
  const end = checkStream(stream).at(-2);
  assert.ok(end?.type === "message_delta");
  assert.equal(end.delta.stop_reason, "tool_use");
});
