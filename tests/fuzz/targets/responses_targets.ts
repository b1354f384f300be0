/**
 * What reads the requests of OpenAI's Responses, and writes their streams.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isJsonObject, parsedJson, parsedObject } from "../../../src/base/json.ts";
import { OPENAI_RESPONSES } from "../../../src/formats/openai/responses/responses.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { checkEvents } from "../../formats/openai/responses/event_grammar.ts";
import { testContext } from "../../formats/openai/responses/operation_context.ts";
import { eventsFor } from "../../formats/openai/responses/responses_calls.ts";
import { type FuzzTarget, outcome, textOf } from "../fuzz_target.ts";
import { JSON_TOKENS } from "./json_tokens.ts";

const REQUESTS = [
  '{"model":"gemini-3.6-flash","input":"a","instructions":"b","stream":true}',
  '{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image",' +
  '"image_url":"data:image/png;base64,AAAA"}]},{"type":"reasoning","encrypted_content":' +
  '"pollux-1.eyJ0ZXh0Ijp7InNpZ25hdHVyZSI6ImMyaWciLCJwbGFjZSI6Im5leHQifX0","summary":[]},' +
  '{"role":"assistant","content":"b"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},' +
  '{"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"1"}]}],"tools":' +
  '[{"type":"function","name":"f","parameters":{"type":"object"}},{"type":"custom","name":"g"},' +
  '{"type":"web_search"}],"tool_choice":{"type":"function","name":"f"},"include":["reasoning.encrypted_content"]}',
  '{"model":"m","input":[{"type":"item_reference","id":"msg_0000000000000000000000000000"}],"text":' +
  '{"format":{"type":"json_schema","schema":{}}},"reasoning":{"effort":"low","summary":"auto"}}',
];

const CHUNKS = [
  '[{"candidates":[{"content":{"parts":[{"text":"a","thought":true},{"text":"b","thoughtSignature":"c2ln"},' +
  '{"functionCall":{"name":"f","args":{}},"thoughtSignature":"c2ln"},{"executableCode":{"code":"1"}},' +
  '{"codeExecutionResult":{"output":"1"}},{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]},' +
  '"finishReason":"STOP","groundingMetadata":{"webSearchQueries":["q"],"groundingChunks":[{"web":' +
  '{"uri":"u"}}],"groundingSupports":[{"segment":{"endIndex":1},"groundingChunkIndices":[0]}]}}],' +
  '"usageMetadata":{"promptTokenCount":1}}]',
  '[{"promptFeedback":{"blockReason":"SAFETY"}},{},{"candidates":[{"index":1}]}]',
];

function checkRequest(input: Uint8Array): void {
  const body = parsedObject(textOf(input));
  if (body === undefined) return;
  OPENAI_RESPONSES.references?.(body);
  const context = testContext({ previousContents: [] });
  const read = outcome(() => OPENAI_RESPONSES.read(body, context), [RpcError]);
  if ("value" in read) assert.equal(read.value.calls.length, 1);
}

function checkChunks(input: Uint8Array): void {
  const chunks = parsedJson(textOf(input));
  if (!Array.isArray(chunks)) return;
  checkEvents(eventsFor(chunks.filter(isJsonObject), {
    include: ["reasoning.encrypted_content", "message.output_text.logprobs"],
  }));
}

const EVENTS = [
  '[{"event_type":"interaction.created","interaction":{"id":"v1_a","status":"in_progress"}},' +
  '{"event_type":"step.start","index":0,"step":{"type":"function_call","id":"g","name":"f"}},' +
  '{"event_type":"step.delta","index":0,"delta":{"type":"arguments_delta","arguments":"{}"}},' +
  '{"event_type":"step.stop","index":0},{"event_type":"step.start","index":1,"step":{"type":"model_output"}},' +
  '{"event_type":"step.delta","index":1,"delta":{"type":"text","text":"a"}},' +
  '{"event_type":"interaction.completed","interaction":{"id":"v1_a","status":"completed","usage":{}}}]',
];

function checkInteraction(input: Uint8Array): void {
  const events = parsedJson(textOf(input));
  if (!Array.isArray(events)) return;
  const context = { ...testContext(), hasInteractions: () => true };
  checkEvents(eventsFor(events.filter(isJsonObject), { store: true }, context));
}

/** The targets. */
export const RESPONSES_TARGETS: readonly FuzzTarget[] = [
  {
    name: "responses_request",
    seeds: REQUESTS,
    tokens: [
      ...JSON_TOKENS,
      '"type":"custom_tool_call"',
      '"type":"local_shell_call"',
      '"type":"tool_search_output"',
      '"type":"namespace","tools":[',
      '"type":"input_file"',
      '"role":"developer"',
      '"pollux-1.',
    ],
    check: checkRequest,
  },
  {
    name: "responses_stream",
    seeds: CHUNKS,
    tokens: [
      ...JSON_TOKENS,
      '"thoughtSignature":"c2ln"',
      '"finishReason":"MAX_TOKENS"',
      '"text":""',
    ],
    check: checkChunks,
  },
  {
    name: "responses_interaction",
    seeds: EVENTS,
    tokens: [
      ...JSON_TOKENS,
      '"type":"thought_summary","content":{"text":"a"}',
      '"type":"code_execution_call"',
      '"errors":[{"code":"safety"}]',
      '"status":"failed"',
    ],
    check: checkInteraction,
  },
];
