import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/base/json.ts";
import {
  contentsOf,
  messageFor,
  MESSAGES_OPERATION,
  responseWith,
  TestContext,
} from "./operations.ts";

const ASK = { role: "user", content: "a" };

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
