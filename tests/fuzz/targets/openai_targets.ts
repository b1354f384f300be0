/**
 * What reads the requests of chat completions and legacy completions, and writes their streams.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isJsonObject, parsedJson, parsedObject } from "../../../src/base/json.ts";
import { CHAT_OPERATION } from "../../../src/formats/openai/chat/chat_operation.ts";
import { COMPLETION_OPERATION } from "../../../src/formats/openai/completions/completion_operation.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import {
  framesOf,
  respond,
  streamText,
  testContext,
} from "../../formats/openai/chat/chat_calls.ts";
import { type FuzzTarget, outcome, textOf } from "../fuzz_target.ts";
import { JSON_TOKENS } from "./json_tokens.ts";

const REQUESTS = [
  '{"model":"m","messages":[{"role":"user","content":"a"}],"stream":true,"n":2,"stop":["b"]}',
  '{"model":"gemini-3-flash-preview","messages":[{"role":"system","content":"s"},{"role":"user",' +
  '"content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},' +
  '{"type":"file","file":{"file_data":"AAAA","filename":"a.pdf"}},{"type":"input_audio",' +
  '"input_audio":{"data":"AAAA","format":"wav"}}]},{"role":"assistant","content":null,"tool_calls":[' +
  '{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool",' +
  '"tool_call_id":"call_1","content":"1"}],"tools":[{"type":"function","function":{"name":"f",' +
  '"parameters":{"type":"object"}}},{"type":"web_search"}],"tool_choice":"required"}',
  '{"model":"m","messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_schema",' +
  '"json_schema":{"schema":{}}},"reasoning_effort":"low","google":{"thinking_config":{}},"seed":1}',
  '{"model":"m","prompt":["a","b"],"logprobs":2,"echo":false}',
];

const CHUNKS = [
  '[{"candidates":[{"content":{"parts":[{"text":"a","thought":true},{"text":"b",' +
  '"thoughtSignature":"c2ln"},{"functionCall":{"name":"f","args":{}}},{"inlineData":{"mimeType":' +
  '"audio/L16;rate=24000","data":"AAAA"}}]},"finishReason":"STOP","groundingMetadata":{' +
  '"groundingChunks":[{"web":{"uri":"u"}}],"groundingSupports":[{"segment":{"endIndex":1},' +
  '"groundingChunkIndices":[0]}]}}],"usageMetadata":{"promptTokenCount":1}}]',
  '[{"promptFeedback":{"blockReason":"SAFETY"}},{"candidates":[{"logprobsResult":{' +
  '"chosenCandidates":[{"token":"a","logProbability":-1}]}}]},{}]',
];

const OPERATIONS = [CHAT_OPERATION, COMPLETION_OPERATION];

function checkRequest(input: Uint8Array): void {
  const body = parsedObject(textOf(input));
  if (body === undefined) return;
  for (const operation of OPERATIONS) {
    operation.references?.(body);
    const read = outcome(() => operation.read(body, testContext()), [RpcError]);
    if ("value" in read) assert.ok(read.value.calls.length > 0);
  }
}

function checkChunks(input: Uint8Array): void {
  const value = parsedJson(textOf(input));
  if (!Array.isArray(value)) return;
  const chunks = value.filter(isJsonObject);
  for (const operation of OPERATIONS) {
    const text = streamText({ stream_options: { include_usage: true } }, chunks, { operation });
    assert.ok(framesOf(text).length >= 2);
    for (const chunk of chunks) respond({}, chunk, { operation });
  }
}

/** The targets. */
export const OPENAI_TARGETS: readonly FuzzTarget[] = [
  {
    name: "openai_request",
    seeds: REQUESTS,
    tokens: [
      ...JSON_TOKENS,
      '"role":"developer"',
      '"role":"function"',
      '"content":[{"type":"refusal","refusal":"a"}]',
      '"function_call":{"name":"f"}',
      '"modalities":["audio"]',
      '"tool_choice":{"type":"function","function":{"name":"f"}}',
      '"url":"https://a.example/b.png"',
    ],
    check: checkRequest,
  },
  {
    name: "openai_stream",
    seeds: CHUNKS,
    tokens: [
      ...JSON_TOKENS,
      '{"executableCode":{"code":"1"}}',
      '{"codeExecutionResult":{}}',
      '{"fileData":{"fileUri":"u","mimeType":"image/png"}}',
      '"finishReason":"SAFETY"',
      '"index":1',
    ],
    check: checkChunks,
  },
];
