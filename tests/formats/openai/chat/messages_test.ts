/** The messages of a chat as native contents. @module */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/base/json.ts";
import type { KeptToolCall } from "../../../../src/formats/operation.ts";
import { CHAT_OPERATION } from "../../../../src/formats/openai/chat/chat_operation.ts";
import { contentsOf, GEMINI_3, nativeOf, refusedField, testContext } from "./chat_calls.ts";

const FILES = "https://generativelanguage.googleapis.com/v1beta/files/";

function partsOf(content: unknown, model?: string): unknown {
  const contents = contentsOf([{ role: "user", content }], model === undefined ? {} : { model });
  assert.ok(Array.isArray(contents) && contents.length === 1);
  return contents[0].parts;
}

function toolCall(id: string, name: string, args = "{}"): JsonObject {
  return { id, type: "function", function: { name, arguments: args } };
}

Deno.test("Instructions of the system and the developer keep their order, wherever they stand", () => {
  const { contents, systemInstruction } = nativeOf({
    messages: [
      { role: "system", content: "one" },
      { role: "user", content: "a" },
      { role: "developer", content: [{ type: "text", text: "two" }, { type: "text", text: "3" }] },
      { role: "user", content: "b" },
    ],
  });
  assert.deepEqual(systemInstruction, { parts: [{ text: "one" }, { text: "two" }, { text: "3" }] });
  assert.deepEqual(contents, [{ role: "user", parts: [{ text: "a" }, { text: "b" }] }]);
});

Deno.test("A text stays as it is, to the letter", () => {
  const text = "  vivid\u2028colours\n\t{{x}} \u{1f600} ";
  assert.deepEqual(partsOf(text), [{ text }]);
});

Deno.test("Each kind of content has its part", () => {
  const image = "data:image/png;base64,AAAA";
  const inline = (mimeType: string) => ({ inlineData: { mimeType, data: "AAAA" } });
  const cases: readonly (readonly [content: JsonObject, part: JsonObject])[] = [
    [{ type: "text", text: "a" }, { text: "a" }],
    [{ type: "image_url", image_url: { url: image } }, inline("image/png")],
    [{ type: "image_url", image_url: image }, inline("image/png")],
    [
      { type: "image_url", image_url: { url: "https://example.com/a.webp", detail: "low" } },
      { fileData: { mimeType: "image/webp", fileUri: "https://example.com/a.webp" } },
    ],
    [
      { type: "image_url", image_url: { url: "https://example.com/a" } },
      { fileData: { mimeType: "image/jpeg", fileUri: "https://example.com/a" } },
    ],
    [
      { type: "image_url", image_url: { url: "https://example.com/a", format: "image/png" } },
      { fileData: { mimeType: "image/png", fileUri: "https://example.com/a" } },
    ],
    [
      { type: "video_url", video_url: { url: "https://www.youtube.com/watch?v=a" } },
      { fileData: { mimeType: "video/mp4", fileUri: "https://www.youtube.com/watch?v=a" } },
    ],
    [{ type: "input_audio", input_audio: { data: "AAAA", format: "mp3" } }, inline("audio/mpeg")],
    [
      { type: "file", file: { file_data: "data:application/pdf;base64,AAAA", filename: "a.pdf" } },
      inline("application/pdf"),
    ],
    [{ type: "file", file: { file_data: "AAAA", filename: "a.pdf" } }, inline("application/pdf")],
    [
      { type: "file", file: { file_id: "files/abc", filename: "a.pdf" } },
      { fileData: { mimeType: "application/pdf", fileUri: `${FILES}abc` } },
    ],
    [
      { type: "file", file: { file_id: "https://example.com/a.pdf" } },
      { fileData: { mimeType: "application/pdf", fileUri: "https://example.com/a.pdf" } },
    ],
    [
      { type: "file", file: { file_data: "https://example.com/a.pdf" } },
      { fileData: { mimeType: "application/pdf", fileUri: "https://example.com/a.pdf" } },
    ],
  ];
  for (const [content, part] of cases) {
    assert.deepEqual(partsOf([content]), [part], JSON.stringify(content));
  }
});

Deno.test("The detail of an image is its resolution for Gemini 3", () => {
  const image = (detail: string) => ({
    type: "image_url",
    image_url: { url: "data:image/png;base64,AAAA", detail },
  });
  const inlineData = { mimeType: "image/png", data: "AAAA" };
  assert.deepEqual(partsOf([image("low"), image("high"), image("auto")], GEMINI_3), [
    { inlineData, mediaResolution: { level: "MEDIA_RESOLUTION_LOW" } },
    { inlineData, mediaResolution: { level: "MEDIA_RESOLUTION_HIGH" } },
    { inlineData },
  ]);
});

Deno.test("Parallel calls are one content, and their results are one, in the calls' order", () => {
  const messages = [
    { role: "user", content: "a" },
    {
      role: "assistant",
      content: null,
      tool_calls: [toolCall("1", "f", '{"x":1}'), toolCall("2", "g", "")],
    },
    { role: "tool", tool_call_id: "2", content: "two" },
    { role: "tool", tool_call_id: "1", content: '{"y":2}' },
  ];
  assert.deepEqual(contentsOf(messages), [
    { role: "user", parts: [{ text: "a" }] },
    {
      role: "model",
      parts: [
        { functionCall: { name: "f", args: { x: 1 } } },
        { functionCall: { name: "g", args: {} } },
      ],
    },
    {
      role: "user",
      parts: [
        { functionResponse: { name: "f", response: { y: 2 } } },
        { functionResponse: { name: "g", response: { result: "two" } } },
      ],
    },
  ]);
});

Deno.test("Sequential calls stay in turns, also if a client uses an id twice", () => {
  const messages = [
    { role: "user", content: "a" },
    { role: "assistant", tool_calls: [toolCall("1", "f")] },
    { role: "tool", tool_call_id: "1", content: "one" },
    { role: "assistant", content: "b", tool_calls: [toolCall("1", "g")] },
    { role: "tool", tool_call_id: "1", content: [{ type: "text", text: "two" }] },
  ];
  const response = (name: string, result: string) => ({
    functionResponse: { name, response: { result } },
  });
  assert.deepEqual(contentsOf(messages), [
    { role: "user", parts: [{ text: "a" }] },
    { role: "model", parts: [{ functionCall: { name: "f", args: {} } }] },
    { role: "user", parts: [response("f", "one")] },
    { role: "model", parts: [{ text: "b" }, { functionCall: { name: "g", args: {} } }] },
    { role: "user", parts: [response("g", "two")] },
  ]);
});

Deno.test("The last turn of the assistant is kept", () => {
  const messages = [{ role: "user", content: "a" }, { role: "assistant", content: "Once" }];
  assert.deepEqual(contentsOf(messages), [
    { role: "user", parts: [{ text: "a" }] },
    { role: "model", parts: [{ text: "Once" }] },
  ]);
});

Deno.test("Signatures come from what is kept, or else from the request, each once", () => {
  const kept = new Map<string, KeptToolCall>([["call_a", { signature: "SA", id: "g1" }]]);
  const google = (thought_signature: string) => ({ google: { thought_signature } });
  const { contents } = nativeOf({
    model: "gemini-3.5-flash",
    messages: [
      { role: "user", content: "a" },
      { role: "assistant", content: "b", extra_content: google("ST") },
      {
        role: "assistant",
        tool_calls: [{ ...toolCall("call_a", "f"), extra_content: google("X") }],
      },
      { role: "tool", tool_call_id: "call_a", content: "one" },
      {
        role: "assistant",
        tool_calls: [{ ...toolCall("call_b", "g"), extra_content: google("SB") }],
      },
      { role: "tool", tool_call_id: "call_b", content: "two" },
      {
        role: "assistant",
        tool_calls: [{ ...toolCall("call_c", "g"), extra_content: google("SB") }],
      },
    ],
  }, { context: testContext(kept) });
  assert.ok(Array.isArray(contents));
  assert.deepEqual(contents[1].parts, [
    { text: "b", thoughtSignature: "ST" },
    { functionCall: { id: "g1", name: "f", args: {} }, thoughtSignature: "SA" },
  ]);
  assert.deepEqual(contents[2].parts, [
    { functionResponse: { id: "g1", name: "f", response: { result: "one" } } },
  ]);
  assert.deepEqual(contents[3].parts, [
    { functionCall: { name: "g", args: {} }, thoughtSignature: "SB" },
  ]);
  assert.deepEqual(contents[5].parts, [
    { functionCall: { name: "g", args: {} }, thoughtSignature: "skip_thought_signature_validator" },
  ]);
});

Deno.test("A text's signature that a client repeats is sent once", () => {
  const signed = (content: string) => ({
    role: "assistant",
    content,
    extra_content: { google: { thought_signature: "ST" } },
  });
  const user = { role: "user", content: "a" };
  const contents = contentsOf([user, signed("b"), user, signed("c")]);
  assert.ok(Array.isArray(contents));
  assert.deepEqual(contents[1].parts, [{ text: "b", thoughtSignature: "ST" }]);
  assert.deepEqual(contents[3].parts, [{ text: "c" }]);
});

Deno.test("Thoughts, refusals and annotations of the assistant are not repeated", () => {
  const messages = [
    { role: "user", content: "a" },
    {
      role: "assistant",
      content: "b",
      reasoning_content: "hm",
      refusal: "SAFETY",
      annotations: [{ type: "url_citation" }],
    },
  ];
  assert.deepEqual(contentsOf(messages), [
    { role: "user", parts: [{ text: "a" }] },
    { role: "model", parts: [{ text: "b" }] },
  ]);
});

Deno.test("Images that the model made are repeated with their signature", () => {
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
  const signed = { ...image, extra_content: { google: { thought_signature: "SI" } } };
  const messages = [
    { role: "user", content: "a" },
    { role: "assistant", content: "", images: [signed, image] },
  ];
  const inlineData = { mimeType: "image/png", data: "AAAA" };
  assert.deepEqual(contentsOf(messages, { model: "gemini-3-pro-image-preview" }), [
    { role: "user", parts: [{ text: "a" }] },
    {
      role: "model",
      parts: [
        { inlineData, thoughtSignature: "SI" },
        { inlineData, thoughtSignature: "skip_thought_signature_validator" },
      ],
    },
  ]);
});

Deno.test("Calls and results in the form of functions are translated, too", () => {
  const messages = [
    { role: "user", content: "a" },
    { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
    { role: "function", name: "f", content: "one" },
  ];
  assert.deepEqual(contentsOf(messages), [
    { role: "user", parts: [{ text: "a" }] },
    { role: "model", parts: [{ functionCall: { name: "f", args: {} } }] },
    { role: "user", parts: [{ functionResponse: { name: "f", response: { result: "one" } } }] },
  ]);
});

Deno.test("An image in a result is in it for Gemini 3", () => {
  const messages = [
    { role: "user", content: "a" },
    { role: "assistant", tool_calls: [toolCall("1", "f")] },
    {
      role: "tool",
      tool_call_id: "1",
      content: [
        { type: "text", text: "see" },
        { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
      ],
    },
  ];
  const contents = contentsOf(messages, { model: GEMINI_3 });
  assert.ok(Array.isArray(contents));
  assert.deepEqual(contents[2].parts, [{
    functionResponse: {
      name: "f",
      response: { result: "see" },
      parts: [{ inlineData: { mimeType: "image/png", data: "AAAA" } }],
    },
  }]);
});

Deno.test("A message that cannot be translated is named", () => {
  const user = { role: "user", content: "a" };
  const cases: readonly (readonly [messages: unknown, field: string])[] = [
    [undefined, "messages"],
    [[], "messages"],
    [[{ role: "user", content: "" }], "messages"],
    ["hi", "messages"],
    [["hi"], "messages[0]"],
    [[{ content: "a" }], "messages[0].role"],
    [[{ role: "critic", content: "a" }], "messages[0].role"],
    [[user, { role: "user", content: 5 }], "messages[1].content"],
    [[{ role: "user", content: [5] }], "messages[0].content[0]"],
    [[{ role: "user", content: [{ type: "hologram" }] }], "messages[0].content[0].type"],
    [[{ role: "user", content: [{ type: "image_url" }] }], "messages[0].content[0].image_url"],
    [
      [{ role: "user", content: [{ type: "image_url", image_url: { url: "http://a/b.png" } }] }],
      "messages[0].content[0].image_url.url",
    ],
    [
      [{ role: "user", content: [{ type: "file", file: { file_id: "file-abc" } }] }],
      "messages[0].content[0].file.file_id",
    ],
    [
      [{
        role: "user",
        content: [{ type: "input_audio", input_audio: { data: "A", format: "midi" } }],
      }],
      "messages[0].content[0].input_audio.format",
    ],
    [
      [{
        role: "system",
        content: [{ type: "image_url", image_url: { url: "data:image/png;base64,A" } }],
      }],
      "messages[0].content[0]",
    ],
    [[user, { role: "tool", content: "a" }], "messages[1].tool_call_id"],
    [[user, { role: "tool", tool_call_id: "1", content: "a" }], "messages[1].tool_call_id"],
    [
      [user, { role: "assistant", tool_calls: [toolCall("1", "f", "{")] }],
      "messages[1].tool_calls[0].function.arguments",
    ],
    [[user, { role: "assistant", audio: { id: "audio_1" } }], "messages[1].audio"],
  ];
  for (const [messages, field] of cases) {
    assert.equal(refusedField({ messages }), field, JSON.stringify(messages));
  }
});

Deno.test("referencesOf() finds the ids of tool calls, whatever else a request holds", () => {
  const references = (body: JsonObject) => CHAT_OPERATION.references?.(body);
  assert.deepEqual(references({}), {});
  assert.deepEqual(references({ messages: [null, 5, { tool_calls: [{ id: 5 }, null] }] }), {});
  assert.deepEqual(
    references({
      messages: [{ tool_calls: [{ id: "a" }, { id: "b" }] }, { tool_call_id: "a" }, {
        tool_call_id: "c",
      }],
    }),
    { toolCalls: ["a", "b", "c"] },
  );
});
