import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../../src/base/json.ts";
import { checkStream } from "./event_grammar.ts";
import { messageFor, responseWith, streamFor } from "./operations.ts";

const STOP = { finishReason: "STOP" };
const CODE = { tools: [{ type: "code_execution_20250522", name: "code_execution" }] };
const SEARCH = { tools: [{ type: "web_search_20250305", name: "web_search" }] };
Deno.test("Searches have their blocks, before the text of a whole message", () => {
  const groundingMetadata = {
    webSearchQueries: ["one", "two"],
    groundingChunks: [
      { web: { uri: "https://a.example/", title: "A" } },
      { web: { uri: "https://b.example/" } },
      { other: {} },
    ],
  };
  const response = {
    ...responseWith([{ text: "hi" }], { ...STOP, groundingMetadata }),
  };
  const message = messageFor(response, SEARCH);
  const id = contentOf(message)[0]?.id;
  assert.match(String(id), /^srvtoolu_/);
  const pages = [["A", "https://a.example/"], ["https://b.example/", "https://b.example/"]];
  assert.deepEqual(message.content, [
    { type: "server_tool_use", id, name: "web_search", input: { query: "one\ntwo" } },
    {
      type: "web_search_tool_result",
      tool_use_id: id,
      content: pages.map(([title, url]) => ({
        type: "web_search_result",
        title,
        url,
        encrypted_content: "",
        page_age: null,
      })),
    },
    { type: "text", text: "hi" },
  ]);
  assert.ok(isJsonObject(message.usage));
  assert.deepEqual(message.usage.server_tool_use, {
    web_search_requests: 2,
    web_fetch_requests: 0,
  });
  const events = checkStream(streamFor([responseWith([{ text: "hi" }]), response], SEARCH));
  assert.equal(events.filter(({ type }) => type === "content_block_start").length, 3);
  assert.deepEqual(messageFor(response).content, [{ type: "text", text: "hi" }]);
});

Deno.test("The searches of all chunks of a stream are in one block", () => {
  const chunk = (webSearchQueries: string[], uris: string[]) => {
    const groundingChunks = uris.map((uri) => ({ web: { uri, title: uri } }));
    return responseWith([{ text: "hi" }], {
      groundingMetadata: { webSearchQueries, groundingChunks },
    });
  };
  const stream = streamFor([
    chunk(["one"], []),
    chunk([], ["https://a.example/"]),
    chunk(["one", "two"], ["https://a.example/", "https://b.example/"]),
  ], SEARCH);
  const blocks = checkStream(stream).flatMap((event) =>
    event.type === "content_block_start" ? [event.content_block] : []
  );
  assert.deepEqual(blocks.map(({ type }) => type), [
    "text",
    "server_tool_use",
    "web_search_tool_result",
  ]);
  assert.match(stream, /"partial_json":"{\\"query\\":\\"one\\\\ntwo\\"}"/);
  const pages = blocks[2]?.content;
  assert.ok(Array.isArray(pages));
  assert.deepEqual(pages.map(({ url }) => url), ["https://a.example/", "https://b.example/"]);
});

Deno.test("Code and its outcome have their blocks", () => {
  const response = responseWith([
    { executableCode: { language: "PYTHON", code: "print(1)" } },
    { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1\n" } },
    { executableCode: { language: "PYTHON", code: "raise" } },
    { codeExecutionResult: { outcome: "OUTCOME_FAILED", output: "no" } },
  ], STOP);
  const content = contentOf(messageFor(response, CODE));
  assert.deepEqual(
    content.map(({ type, name, input, content }) => ({ type, name, input, content })),
    [
      {
        type: "server_tool_use",
        name: "code_execution",
        input: { code: "print(1)" },
        content: undefined,
      },
      {
        type: "code_execution_tool_result",
        name: undefined,
        input: undefined,
        content: {
          type: "code_execution_result",
          stdout: "1\n",
          stderr: "",
          return_code: 0,
          content: [],
        },
      },
      {
        type: "server_tool_use",
        name: "code_execution",
        input: { code: "raise" },
        content: undefined,
      },
      {
        type: "code_execution_tool_result",
        name: undefined,
        input: undefined,
        content: {
          type: "code_execution_result",
          stdout: "",
          stderr: "no",
          return_code: 1,
          content: [],
        },
      },
    ],
  );
  assert.equal(content[0]?.id, content[1]?.tool_use_id);
  checkStream(streamFor([response], CODE));
});

function contentOf(message: JsonObject): readonly JsonObject[] {
  assert.ok(Array.isArray(message.content));
  return message.content;
}
