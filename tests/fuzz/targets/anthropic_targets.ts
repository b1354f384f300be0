/**
 * What reads the requests of Anthropic's clients, and writes their streams.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isJsonObject, parsedJson, parsedObject } from "../../../src/base/json.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { checkStream } from "../../formats/anthropic/event_grammar.ts";
import {
  COUNT_TOKENS_OPERATION,
  MESSAGES_OPERATION,
  streamFor,
  TestContext,
} from "../../formats/anthropic/operations.ts";
import { type FuzzTarget, outcome, textOf } from "../fuzz_target.ts";
import { JSON_TOKENS } from "./json_tokens.ts";

const REQUESTS = [
  '{"model":"gemini-3.6-flash","max_tokens":9,"messages":[{"role":"user","content":"a"}]}',
  '{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image",' +
  '"source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]},{"role":"assistant",' +
  '"content":[{"type":"thinking","thinking":"","signature":"gemini-text:c2ln"},{"type":"tool_use",' +
  '"id":"toolu_1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result",' +
  '"tool_use_id":"toolu_1","content":"1"}]}],"tools":[{"name":"f","input_schema":{"type":"object"}},' +
  '{"type":"web_search_20250305","name":"web_search"}],"tool_choice":{"type":"auto"},"stream":true}',
];

const CHUNKS = [
  '[{"candidates":[{"content":{"parts":[{"text":"a","thought":true,"thoughtSignature":"c2ln"},' +
  '{"text":"b"},{"functionCall":{"name":"f","args":{}}}]},"finishReason":"STOP"}],' +
  '"usageMetadata":{"promptTokenCount":1}}]',
  '[{"promptFeedback":{"blockReason":"SAFETY"}},{}]',
];

function checkRequest(input: Uint8Array): void {
  const body = parsedObject(textOf(input));
  if (body === undefined) return;
  for (const operation of [MESSAGES_OPERATION, COUNT_TOKENS_OPERATION]) {
    operation.references?.(body);
    const read = outcome(() => operation.read(body, new TestContext()), [RpcError]);
    if ("value" in read) assert.ok(read.value.calls.length === 1);
  }
}

function checkChunks(input: Uint8Array): void {
  const chunks = parsedJson(textOf(input));
  if (!Array.isArray(chunks)) return;
  checkStream(streamFor(chunks.filter(isJsonObject), { thinking: { type: "adaptive" } }));
}

/** The targets. */
export const ANTHROPIC_TARGETS: readonly FuzzTarget[] = [
  {
    name: "anthropic_request",
    seeds: REQUESTS,
    tokens: [
      ...JSON_TOKENS,
      '"type":"document"',
      '"type":"server_tool_use"',
      '"type":"code_execution_tool_result"',
      '"role":"system"',
      '"thinking":{"type":"enabled","budget_tokens":1}',
      '"output_config":{"effort":"low"}',
    ],
    check: checkRequest,
  },
  {
    name: "anthropic_stream",
    seeds: CHUNKS,
    tokens: [
      ...JSON_TOKENS,
      '{"executableCode":{"code":"1"}}',
      '{"codeExecutionResult":{}}',
      '"thoughtSignature":"c2ln"',
      '"finishReason":"SAFETY"',
    ],
    check: checkChunks,
  },
];
