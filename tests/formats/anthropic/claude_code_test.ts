/**
 * Requests as Claude Code 2.1.332 sends them, shortened.
 */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/base/json.ts";
import { MESSAGES_OPERATION, TestContext } from "./operations.ts";

const CACHED = { cache_control: { type: "ephemeral" } };

const REQUEST: JsonObject = {
  model: "gemini-3.6-flash",
  system: [
    {
      type: "text",
      text: "x-anthropic-billing-header: cc_version=2.1.332.82c; cc_entrypoint=sdk-cli;",
    },
    { type: "text", text: "You are a Claude agent.", ...CACHED },
    { type: "text", text: "\nBe brief.", ...CACHED },
  ],
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "<system-reminder>\nThe date\n</system-reminder>\n" },
        { type: "text", text: "List the files", ...CACHED },
      ],
    },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "I list them.", signature: "" },
        {
          type: "tool_use",
          id: "toolu_0fhxkHIzw9EdWum5LW2wWg",
          name: "Bash",
          input: { command: "ls" },
          caller: { type: "direct" },
        },
      ],
    },
    {
      role: "user",
      content: [{
        type: "tool_result",
        tool_use_id: "toolu_0fhxkHIzw9EdWum5LW2wWg",
        content: "note.txt",
        is_error: false,
        ...CACHED,
      }],
    },
  ],
  tools: [
    {
      name: "Bash",
      description: "Runs a command",
      input_schema: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        properties: { command: { type: "string" } },
        required: ["command"],
        additionalProperties: false,
      },
    },
    {
      name: "DeferredToolPlaceholder",
      description: "Later",
      input_schema: { type: "object", properties: {} },
      defer_loading: true,
    },
  ],
  metadata: { user_id: '{"device_id":"planted-1","account_uuid":"","session_id":"c5e0a91d"}' },
  max_tokens: 128_000,
  thinking: { type: "adaptive", display: "omitted" },
  context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
  output_config: { effort: "medium" },
  stream: true,
};

Deno.test("A request of Claude Code is translated whole", () => {
  const { calls, session, warning } = MESSAGES_OPERATION.read(REQUEST, new TestContext());
  assert.match(session ?? "", /c5e0a91d/);
  assert.equal(warning, undefined);
  assert.deepEqual(calls, [{
    method: "streamGenerateContent",
    model: "gemini-3.6-flash",
    body: {
      contents: [
        {
          role: "user",
          parts: [
            { text: "<system-reminder>\nThe date\n</system-reminder>\n" },
            { text: "List the files" },
          ],
        },
        {
          role: "model",
          parts: [{
            functionCall: { name: "Bash", args: { command: "ls" } },
            thoughtSignature: "skip_thought_signature_validator",
          }],
        },
        {
          role: "user",
          parts: [{ functionResponse: { name: "Bash", response: { result: "note.txt" } } }],
        },
      ],
      systemInstruction: { parts: [{ text: "You are a Claude agent." }, { text: "\nBe brief." }] },
      tools: [{
        functionDeclarations: [
          {
            name: "Bash",
            description: "Runs a command",
            parametersJsonSchema: {
              type: "object",
              properties: { command: { type: "string" } },
              required: ["command"],
              additionalProperties: false,
            },
          },
          { name: "DeferredToolPlaceholder", description: "Later" },
        ],
      }],
      generationConfig: { maxOutputTokens: 65_535, thinkingConfig: { thinkingLevel: "MEDIUM" } },
    },
  }]);
});
