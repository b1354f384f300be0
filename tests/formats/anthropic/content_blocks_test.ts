import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/base/json.ts";
import { contentsOf, nativeOf, partsOf, refusedField } from "./operations.ts";

const PNG = { type: "base64", media_type: "image/png", data: "AAAA" };
const INLINE_PNG = { inlineData: { mimeType: "image/png", data: "AAAA" } };
const FLASH_25 = "gemini-2.5-flash";
const ASK = { role: "user", content: "a" };

/** Blocks of the user, and their native parts. */
const USER_BLOCKS: Readonly<Record<string, readonly [block: JsonObject, parts: JsonObject[]]>> = {
  text: [{ type: "text", text: "hi" }, [{ text: "hi" }]],
  "an image's data": [{ type: "image", source: PNG }, [INLINE_PNG]],
  "an image's address": [
    { type: "image", source: { type: "url", url: "https://a.example/a.webp" } },
    [{ fileData: { mimeType: "image/webp", fileUri: "https://a.example/a.webp" } }],
  ],
  "an uploaded image": [
    { type: "image", source: { type: "file", file_id: "files/abc" } },
    [{
      fileData: {
        mimeType: "image/png",
        fileUri: "https://generativelanguage.googleapis.com/v1beta/files/abc",
      },
    }],
  ],
  "a document's data, title and context": [
    {
      type: "document",
      title: "T",
      context: "C",
      citations: { enabled: true },
      source: { type: "base64", media_type: "application/pdf", data: "AAAA" },
    },
    [
      { text: "T" },
      { text: "C" },
      { inlineData: { mimeType: "application/pdf", data: "AAAA" } },
    ],
  ],
  "a document of text": [
    { type: "document", source: { type: "text", media_type: "text/plain", data: "long" } },
    [{ text: "long" }],
  ],
  "a document of blocks": [
    {
      type: "document",
      source: {
        type: "content",
        content: [{ type: "text", text: "a" }, { type: "image", source: PNG }],
      },
    },
    [{ text: "a" }, INLINE_PNG],
  ],
  "a search result": [
    {
      type: "search_result",
      title: "T",
      source: "https://a.example/",
      content: [{ type: "text", text: "a" }, { type: "text", text: "b" }],
    },
    [{ text: "T\nhttps://a.example/\na\nb" }],
  ],
  "a summary": [{ type: "compaction", content: "so far" }, [{ text: "so far" }]],
};

for (const [name, [block, parts]] of Object.entries(USER_BLOCKS)) {
  Deno.test(`A message of the user may have ${name}`, () => {
    assert.deepEqual(partsOf([block]), parts);
  });
}

/** The contents of a conversation in which `f` was called and `content` is its result. */
function resultContents(result: JsonObject, model = "gemini-3-flash-preview"): unknown {
  const contents = contentsOf([
    ASK,
    { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "f", input: {} }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", ...result }] },
  ], { model });
  assert.ok(Array.isArray(contents));
  return contents[2];
}

function response(members: JsonObject) {
  return { role: "user", parts: [{ functionResponse: { name: "f", ...members } }] };
}

Deno.test("A tool's result may be a text, blocks, an error or nothing", () => {
  assert.deepEqual(resultContents({ content: "a" }), response({ response: { result: "a" } }));
  assert.deepEqual(
    resultContents({ content: '{"a":1}', is_error: false }),
    response({ response: { a: 1 } }),
  );
  assert.deepEqual(
    resultContents({ content: "no", is_error: true }),
    response({ response: { error: "no" } }),
  );
  assert.deepEqual(resultContents({}), response({ response: { result: "" } }));
  const content = [
    { type: "text", text: "a" },
    { type: "search_result", title: "T", source: "s", content: [{ type: "text", text: "b" }] },
    { type: "tool_reference", tool_name: "g" },
  ];
  assert.deepEqual(
    resultContents({ content }),
    response({ response: { result: "a\nT\ns\nb\ng" } }),
  );
});

Deno.test("Media of a tool's result are in it, and beside it before Gemini 3", () => {
  const content = [
    { type: "text", text: "a" },
    { type: "image", source: PNG },
    { type: "document", source: { type: "base64", media_type: "application/pdf", data: "BBBB" } },
  ];
  const media = [INLINE_PNG, { inlineData: { mimeType: "application/pdf", data: "BBBB" } }];
  assert.deepEqual(
    resultContents({ content }),
    response({ response: { result: "a" }, parts: media }),
  );
  const { parts } = response({ response: { result: "a" } });
  assert.deepEqual(resultContents({ content }, FLASH_25), {
    role: "user",
    parts: [...parts, ...media],
  });
});

Deno.test("Results of parallel calls are one content before what the user says", () => {
  const contents = contentsOf([
    ASK,
    {
      role: "assistant",
      content: [
        { type: "text", text: "I look" },
        { type: "tool_use", id: "toolu_1", name: "f", input: { a: 1 } },
        { type: "tool_use", id: "toolu_2", name: "g", input: {} },
      ],
    },
    {
      role: "user",
      content: [
        { type: "text", text: "and?" },
        { type: "tool_result", tool_use_id: "toolu_2", content: "2" },
        { type: "tool_result", tool_use_id: "toolu_1", content: "1" },
      ],
    },
  ], { model: FLASH_25 });
  assert.deepEqual(contents, [
    { role: "user", parts: [{ text: "a" }] },
    {
      role: "model",
      parts: [
        { text: "I look" },
        { functionCall: { name: "f", args: { a: 1 } } },
        { functionCall: { name: "g", args: {} } },
      ],
    },
    {
      role: "user",
      parts: [
        { functionResponse: { name: "g", response: { result: "2" } } },
        { functionResponse: { name: "f", response: { result: "1" } } },
      ],
    },
    { role: "user", parts: [{ text: "and?" }] },
  ]);
});

Deno.test("A result of no call is refused", () => {
  const content = [{ type: "tool_result", tool_use_id: "toolu_9", content: "a" }];
  const field = refusedField({ messages: [{ role: "user", content }] });
  assert.equal(field, "messages[0].content[0].tool_use_id");
});

Deno.test("A message of the system amid the conversation stays there", () => {
  const messages = [
    ASK,
    { role: "assistant", content: "b" },
    { role: "user", content: "c" },
    { role: "system", content: [{ type: "text", text: "d" }] },
    { role: "system", content: "e" },
  ];
  assert.deepEqual(nativeOf({ messages, system: "s" }), {
    ...nativeOf(),
    contents: [
      { role: "user", parts: [{ text: "a" }] },
      { role: "model", parts: [{ text: "b" }] },
      { role: "user", parts: [{ text: "c" }, { text: "d" }, { text: "e" }] },
    ],
    systemInstruction: { parts: [{ text: "s" }] },
  });
});

Deno.test("A message of the system may last until the next message of the user", () => {
  const system = { role: "system", content: "s", clear_at: "next_user_message" };
  assert.deepEqual(contentsOf([ASK, system, { role: "user", content: "b" }, system]), [
    { role: "user", parts: [{ text: "a" }, { text: "b" }, { text: "s" }] },
  ]);
  const lasting = { ...system, clear_at: "never" };
  assert.deepEqual(contentsOf([ASK, lasting, { role: "user", content: "b" }]), [
    { role: "user", parts: [{ text: "a" }, { text: "s" }, { text: "b" }] },
  ]);
});

Deno.test("A block in the wrong place is refused", async (t) => {
  const content = [{ type: "tool_use", id: "a", name: "b", input: {} }];
  await t.step("a call of the user", () => {
    const field = refusedField({ messages: [{ role: "user", content }] });
    assert.equal(field, "messages[0].content[0].type");
  });
  await t.step("a result of the assistant", () => {
    const content = [{ type: "tool_result", tool_use_id: "a" }];
    const field = refusedField({ messages: [{ role: "assistant", content }] });
    assert.equal(field, "messages[0].content[0].type");
  });
  await t.step("a file for a container", () => {
    const content = [{ type: "container_upload", file_id: "a" }];
    const field = refusedField({ messages: [{ role: "user", content }] });
    assert.equal(field, "messages[0].content[0].file_id");
  });
  await t.step("an address that is not encrypted", () => {
    const content = [{ type: "image", source: { type: "url", url: "http://a.example/a.png" } }];
    const field = refusedField({ messages: [{ role: "user", content }] });
    assert.equal(field, "messages[0].content[0].source");
  });
});
