import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/base/json.ts";
import {
  contentsOf,
  messageFor,
  MESSAGES_OPERATION,
  nativeOf,
  partsOf,
  refusedField,
  responseWith,
  TestContext,
} from "./operations.ts";

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

/** Blocks of the assistant, and their native parts. */
const ASSISTANT: Readonly<Record<string, readonly [blocks: JsonObject[], parts: JsonObject[]]>> = {
  "a signature of its thinking": [
    [
      { type: "thinking", thinking: "hm", signature: "gemini-thought:c2ln" },
      { type: "text", text: "hi" },
    ],
    [{ text: "hm", thought: true, thoughtSignature: "c2ln" }, { text: "hi" }],
  ],
  "a signature of its text": [
    [
      { type: "thinking", thinking: "hm", signature: "gemini-text:c2ln" },
      { type: "text", text: "hi" },
      { type: "text", text: "you" },
    ],
    [{ text: "hi", thoughtSignature: "c2ln" }, { text: "you" }],
  ],
  "a signature of a text that is gone": [
    [{ type: "text", text: "hi" }, {
      type: "thinking",
      thinking: "",
      signature: "gemini-text:c2ln",
    }],
    [{ text: "hi" }, { text: "", thoughtSignature: "c2ln" }],
  ],
  "one signature twice": [
    [
      { type: "thinking", thinking: "hm", signature: "gemini-thought:c2ln" },
      { type: "thinking", thinking: "hm", signature: "gemini-thought:c2ln" },
      { type: "text", text: "hi" },
    ],
    [{ text: "hm", thought: true, thoughtSignature: "c2ln" }, { text: "hi" }],
  ],
  "a signature of another provider": [
    [
      { type: "thinking", thinking: "hm", signature: "EqcCCm4IDxgCKkDs" },
      { type: "redacted_thinking", data: "EtUFCkYI" },
      { type: "text", text: "hi" },
    ],
    [{ text: "hi" }],
  ],
  "a search": [
    [
      { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "q" } },
      {
        type: "web_search_tool_result",
        tool_use_id: "srvtoolu_1",
        content: [{
          type: "web_search_result",
          title: "T",
          url: "https://a.example/",
          encrypted_content: "x",
        }],
      },
      { type: "text", text: "hi" },
    ],
    [{ text: "T\nhttps://a.example/" }, { text: "hi" }],
  ],
  "a page that was read": [
    [{
      type: "web_fetch_tool_result",
      tool_use_id: "srvtoolu_1",
      content: {
        type: "web_fetch_result",
        url: "https://a.example/",
        content: { type: "document", source: { type: "text", data: "page" } },
      },
    }],
    [{ text: "https://a.example/\npage" }],
  ],
  "code that Google ran": [
    [
      { type: "server_tool_use", id: "srvtoolu_1", name: "code_execution", input: { code: "1" } },
      {
        type: "code_execution_tool_result",
        tool_use_id: "srvtoolu_1",
        content: {
          type: "code_execution_result",
          stdout: "out",
          stderr: "",
          return_code: 0,
          content: [],
        },
      },
    ],
    [
      { executableCode: { language: "PYTHON", code: "1" } },
      { codeExecutionResult: { outcome: "OUTCOME_OK", output: "out" } },
    ],
  ],
  "a search for tools": [
    [
      { type: "server_tool_use", id: "s", name: "tool_search_tool_bm25", input: { query: "q" } },
      { type: "tool_search_tool_result", tool_use_id: "s", content: {} },
      { type: "text", text: "hi" },
    ],
    [{ text: "hi" }],
  ],
};

for (const [name, [content, parts]] of Object.entries(ASSISTANT)) {
  Deno.test(`A message of the assistant may have ${name}`, () => {
    const contents = contentsOf([ASK, { role: "assistant", content }]);
    assert.ok(Array.isArray(contents));
    assert.deepEqual(contents[1], { role: "model", parts });
  });
}

Deno.test("A call of an unknown origin has Google's placeholder, once a message", () => {
  const contents = contentsOf([ASK, {
    role: "assistant",
    content: [
      { type: "tool_use", id: "toolu_1", name: "f", input: {} },
      { type: "tool_use", id: "toolu_2", name: "f", input: {} },
    ],
  }]);
  assert.ok(Array.isArray(contents));
  assert.deepEqual(
    contents[1].parts.map((part: JsonObject) => part.thoughtSignature),
    ["skip_thought_signature_validator", undefined],
  );
});

Deno.test("A kept call has its id and signature again, whatever the client's format was", () => {
  const context = new TestContext();
  const id = context.keepCall({ id: "g1", signature: "c2ln" }, "call_");
  const contents = contentsOf([
    ASK,
    { role: "assistant", content: [{ type: "tool_use", id, name: "f", input: {} }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: id, content: "1" }] },
  ], { context });
  assert.ok(Array.isArray(contents));
  assert.deepEqual(contents.slice(1), [
    {
      role: "model",
      parts: [{ functionCall: { id: "g1", name: "f", args: {} }, thoughtSignature: "c2ln" }],
    },
    {
      role: "user",
      parts: [{ functionResponse: { id: "g1", name: "f", response: { result: "1" } } }],
    },
  ]);
});

Deno.test("Code that Google ran has its signature again, once", () => {
  const context = new TestContext();
  const response = responseWith([
    { executableCode: { language: "PYTHON", code: "1" }, thoughtSignature: "c2ln" },
    { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } },
  ]);
  const { content } = messageFor(response, {}, context);
  const messages = [ASK, { role: "assistant", content }, ASK, { role: "assistant", content }];
  const { toolCalls = [] } = MESSAGES_OPERATION.references?.({ messages }) ?? {};
  assert.equal(toolCalls.length, 1);
  assert.deepEqual(context.keptCall(toolCalls[0] ?? ""), { signature: "c2ln" });
  const contents = contentsOf(messages, { context });
  assert.ok(Array.isArray(contents));
  assert.deepEqual([contents[1].parts[0], contents[3].parts[0]], [
    { executableCode: { language: "PYTHON", code: "1" }, thoughtSignature: "c2ln" },
    { executableCode: { language: "PYTHON", code: "1" } },
  ]);
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
