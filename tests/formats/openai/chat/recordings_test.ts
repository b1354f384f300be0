/**
 * OpenAI's recorded chat completions: their requests are taken, and the responses have their shape and order.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isJsonObject, type JsonObject, parsedObject } from "../../../../src/base/json.ts";
import { readExchanges, type RecordedExchange } from "../../../recordings/exchanges.ts";
import { choicesIn, framesOf, readCall, refusedField, respond, streamText } from "./chat_calls.ts";
import { shapeFaults } from "./shape_faults.ts";

const RECORDED = (await readExchanges("openai"))
  .filter(({ path }) => path === "/v1/chat/completions");

/** The fields that ask for what Gemini cannot do: a moderation, and files that are stored at OpenAI. */
const IMPOSSIBLE = [
  "messages[3].content[0].file.file_id",
  "messages[3].content[1].file.file_id",
  "moderation",
  "moderation",
];

function requestOf({ request }: RecordedExchange): JsonObject {
  assert.ok(isJsonObject(request));
  return request;
}

const TAKEN = RECORDED.filter((exchange) => {
  const request = requestOf(exchange);
  return !("moderation" in request) && !JSON.stringify(request).includes('"file_id":"file-');
});

/** The native reason for a word of OpenAI's. */
function nativeReason(word: unknown): string {
  return word === "length" ? "MAX_TOKENS" : "STOP";
}

function textPart(text: unknown): JsonObject[] {
  return typeof text === "string" && text !== "" ? [{ text }] : [];
}

function callPart(name: unknown, args: unknown): JsonObject {
  assert.ok(typeof args === "string");
  return { functionCall: { name, args: parsedObject(args) ?? {} } };
}

function nativeUsage(usage: unknown): JsonObject {
  if (!isJsonObject(usage)) return {};
  const details = usage.completion_tokens_details;
  const thoughts = isJsonObject(details) ? Number(details.reasoning_tokens ?? 0) : 0;
  return {
    usageMetadata: {
      promptTokenCount: usage.prompt_tokens,
      candidatesTokenCount: Number(usage.completion_tokens) - thoughts,
      thoughtsTokenCount: thoughts,
      totalTokenCount: usage.total_tokens,
    },
  };
}

/** The response that Gemini would give for a recorded one. */
function nativeOfWhole(recorded: JsonObject): JsonObject {
  const candidates = choicesIn(recorded).map(({ index, message, finish_reason }) => {
    assert.ok(isJsonObject(message));
    const { content, tool_calls } = message;
    const calls = Array.isArray(tool_calls) ? tool_calls : [];
    const parts = [
      ...textPart(content),
      ...calls.map((call) => callPart(call.function.name, call.function.arguments)),
    ];
    return { index, content: { role: "model", parts }, finishReason: nativeReason(finish_reason) };
  });
  return { candidates, ...nativeUsage(recorded.usage), responseId: "abc" };
}

/** The chunks that Gemini would send for a recorded stream: calls are whole. */
function nativeOfStream(frames: readonly JsonObject[]): JsonObject[] {
  const chunk = (parts: readonly JsonObject[]) => ({
    candidates: [{ index: 0, content: { parts } }],
    responseId: "abc",
  });
  const chunks: JsonObject[] = [];
  const calls: { name: unknown; args: string }[] = [];
  let reason: unknown;
  for (const { delta, finish_reason } of choicesIn(frames)) {
    assert.ok(isJsonObject(delta));
    for (const part of textPart(delta.content)) chunks.push(chunk([part]));
    for (const call of Array.isArray(delta.tool_calls) ? delta.tool_calls : []) {
      const known = calls[call.index] ??= { name: call.function.name, args: "" };
      known.args += call.function.arguments ?? "";
    }
    reason = finish_reason ?? reason;
  }
  for (const { name, args } of calls) chunks.push(chunk([callPart(name, args)]));
  const last = { index: 0, finishReason: nativeReason(reason) };
  return [...chunks, { candidates: [last], ...nativeUsage(frames.at(-1)?.usage) }];
}

/** What the frames of a stream tell, in their order, each once. */
function phasesOf(frames: readonly JsonObject[]): string[] {
  const phases: string[] = [];
  const add = (phase: string) => phases.at(-1) === phase || phases.push(phase);
  for (const frame of frames) {
    for (const { delta, finish_reason } of choicesIn(frame)) {
      assert.ok(isJsonObject(delta));
      if (delta.role !== undefined) add(`role, content ${JSON.stringify(delta.content)}`);
      else if (delta.content !== undefined) add("content");
      for (const { index } of Array.isArray(delta.tool_calls) ? delta.tool_calls : []) {
        add(`call ${index}`);
      }
      if (finish_reason !== null) add(`finish ${finish_reason}`);
    }
    if (isJsonObject(frame.usage)) add("usage");
  }
  return phases;
}

/** The first frame for each of the phases. Gemini's calls are whole: further frames of a call have no like. */
function firstOfPhases(frames: readonly JsonObject[]): Map<string, JsonObject> {
  const firsts = new Map<string, JsonObject>();
  for (const frame of frames) {
    const phase = phasesOf([frame]).join();
    const isRest = phase.startsWith("call") && !JSON.stringify(frame).includes('"id":"call_');
    if (!isRest && !firsts.has(phase)) firsts.set(phase, frame);
  }
  return firsts;
}

/** The text and the calls of a stream. */
function sumOf(frames: readonly JsonObject[]): unknown {
  let text = "";
  const calls: { name: unknown; args: string }[] = [];
  for (const { delta } of choicesIn(frames)) {
    assert.ok(isJsonObject(delta));
    if (typeof delta.content === "string") text += delta.content;
    for (const call of Array.isArray(delta.tool_calls) ? delta.tool_calls : []) {
      const known = calls[call.index] ??= { name: call.function.name, args: "" };
      known.args += call.function.arguments ?? "";
    }
  }
  return { text, calls: calls.map(({ name, args }) => ({ name, args: parsedObject(args) })) };
}

Deno.test("Every recorded request that names what Gemini can do is taken", () => {
  assert.ok(TAKEN.length >= 65, `${TAKEN.length}`);
  for (const exchange of TAKEN) {
    const [call] = readCall(requestOf(exchange)).calls;
    assert.ok(call, exchange.source);
  }
});

Deno.test("The recorded requests for what Gemini cannot do are refused by the field", () => {
  const rest = RECORDED.filter((exchange) => !TAKEN.includes(exchange));
  const fields = rest.map((exchange) => refusedField(requestOf(exchange)));
  assert.deepEqual(fields.sort(), IMPOSSIBLE);
});

Deno.test("Whole responses have the members, types and values of the recorded ones", () => {
  let count = 0;
  for (const { request, response, status, source } of TAKEN) {
    if (!isJsonObject(response) || status !== 200) continue;
    assert.ok(isJsonObject(request));
    const ours = respond(request, nativeOfWhole(response));
    assert.deepEqual(shapeFaults(response, ours), [], source);
    for (const [index, recorded] of choicesIn(response).entries()) {
      const choice = choicesIn(ours)[index];
      assert.ok(isJsonObject(recorded.message) && isJsonObject(choice?.message));
      assert.equal(choice.finish_reason, recorded.finish_reason, source);
      assert.equal(choice.message.content, recorded.message.content, source);
    }
    count++;
  }
  assert.ok(count >= 20, `${count}`);
});

Deno.test("Streams have the frames, members and order of the recorded ones", () => {
  let count = 0;
  for (const { request, response, source } of TAKEN) {
    if (typeof response !== "string") continue;
    assert.ok(isJsonObject(request));
    const recorded = framesOf(`${response.trim()}\n\n`);
    const text = streamText(request, nativeOfStream(recorded));
    const ours = framesOf(text);
    assert.ok(response.trim().endsWith("data: [DONE]") && text.endsWith("data: [DONE]\n\n"));
    assert.deepEqual(phasesOf(ours), phasesOf(recorded), source);
    assert.deepEqual(sumOf(ours), sumOf(recorded), source);
    const [theirs, own] = [firstOfPhases(recorded), firstOfPhases(ours)];
    for (const [phase, frame] of theirs) {
      const like = own.get(phase);
      if (like !== undefined) assert.deepEqual(shapeFaults(frame, like), [], source);
    }
    count++;
  }
  assert.ok(count >= 39, `${count}`);
});
