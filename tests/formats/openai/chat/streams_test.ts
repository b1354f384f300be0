/** Streamed chat completions. @module */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/base/json.ts";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";
import {
  choicesIn,
  deltasOf,
  framesOf,
  GEMINI_3,
  nativeResponse,
  NOW_MS,
  streamText,
  translatorOf,
} from "./chat_calls.ts";

const DONE = "data: [DONE]\n\n";
const ROLE = { role: "assistant", content: "", refusal: null };
const CALLER = { role: "assistant", content: null, refusal: null };

function chunk(parts: readonly JsonObject[], members: JsonObject = {}): JsonObject {
  return nativeResponse(parts, members);
}

const LAST = {
  ...chunk([], { finishReason: "STOP" }),
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
};

Deno.test("A stream has the role, the texts, one finish reason, and the end", () => {
  const text = streamText({}, [chunk([{ text: "Hel" }]), chunk([{ text: "lo" }]), LAST]);
  assert.ok(text.endsWith(DONE));
  const head = {
    id: "chatcmpl-abc",
    object: "chat.completion.chunk",
    created: NOW_MS / 1000,
    model: GEMINI_3,
    service_tier: "default",
    system_fingerprint: null,
  };
  const frame = (delta: JsonObject, finish_reason: string | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
  });
  assert.deepEqual(framesOf(text), [
    frame(ROLE),
    frame({ content: "Hel" }),
    frame({ content: "lo" }),
    frame({}, "stop"),
  ]);
});

Deno.test("The usage is in a chunk of its own, if the client asks for it", () => {
  const stream_options = { include_usage: true };
  const frames = framesOf(streamText({ stream_options }, [chunk([{ text: "a" }]), LAST]));
  const last = frames.pop();
  assert.deepEqual(last?.choices, []);
  assert.deepEqual(last.usage, {
    prompt_tokens: 3,
    completion_tokens: 2,
    total_tokens: 5,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  });
  for (const frame of frames) assert.equal(frame.usage, null);
});

Deno.test("The usage is the last that Gemini counts, in whichever chunk it is", () => {
  const stream_options = { include_usage: true };
  const counted = (totalTokenCount: number) => ({
    ...chunk([{ text: "a" }]),
    usageMetadata: { promptTokenCount: 1, totalTokenCount },
  });
  const chunks = [counted(2), counted(3), chunk([], { finishReason: "STOP" })];
  const last = framesOf(streamText({ stream_options }, chunks)).at(-1);
  assert.equal((last?.usage as { total_tokens: number }).total_tokens, 3);
});

Deno.test("Calls are numbered through the stream, and whole", () => {
  const call = (name: string) => ({ functionCall: { name, args: { a: 1 } } });
  const signed = { ...call("f"), thoughtSignature: "S" };
  const chunks = [chunk([signed, call("g")]), chunk([call("h")], { finishReason: "STOP" })];
  const delta = (index: number, name: string, extra: JsonObject = {}) => ({
    tool_calls: [{
      index,
      id: `call_${index}`,
      type: "function",
      function: { name, arguments: '{"a":1}' },
      ...extra,
    }],
  });
  assert.deepEqual(deltasOf({}, chunks), [
    CALLER,
    delta(0, "f", { extra_content: { google: { thought_signature: "S" } } }),
    delta(1, "g"),
    delta(2, "h"),
  ]);
  const finish = choicesIn(framesOf(streamText({}, chunks))).at(-1);
  assert.equal(finish?.finish_reason, "tool_calls");
});

Deno.test("Thoughts come before the text, in their own field", () => {
  const chunks = [chunk([{ text: "hm", thought: true }]), chunk([{ text: "a" }]), LAST];
  assert.deepEqual(deltasOf({}, chunks), [ROLE, { reasoning_content: "hm" }, { content: "a" }]);
});

Deno.test("Candidates are choices with roles, texts and finish reasons of their own", () => {
  const of = (index: number, text: string, finishReason?: string) => ({
    candidates: [{ index, content: { parts: [{ text }] }, finishReason }],
  });
  const chunks = [of(0, "a"), of(1, "b"), of(0, "c", "STOP"), of(1, "d", "MAX_TOKENS")];
  const choices = choicesIn(framesOf(streamText({ n: 2 }, chunks)));
  for (const [index, texts, word] of [[0, "ac", "stop"], [1, "bd", "length"]] as const) {
    const own = choices.filter((choice) => choice.index === index);
    const content = own.map(({ delta }) => (delta as { content?: string }).content ?? "").join("");
    assert.equal(content, texts);
    assert.deepEqual(own.flatMap(({ finish_reason }) => finish_reason ?? []), [word]);
    assert.deepEqual(own[0]?.delta, ROLE);
  }
});

Deno.test("A stream without any chunk ends properly", () => {
  const text = streamText({}, []);
  const choices = choicesIn(framesOf(text));
  assert.deepEqual(choices.map(({ delta }) => delta), [ROLE, {}]);
  assert.equal(choices.at(-1)?.finish_reason, "stop");
  assert.ok(text.endsWith(DONE));
});

Deno.test("A blocked prompt is a refusal, and ends properly", () => {
  const text = streamText({}, [{ promptFeedback: { blockReason: "SAFETY" } }]);
  const choices = choicesIn(framesOf(text));
  assert.deepEqual(choices.map(({ delta }) => delta), [CALLER, { refusal: "SAFETY" }, {}]);
  assert.equal(choices.at(-1)?.finish_reason, "content_filter");
  assert.ok(text.endsWith(DONE));
});

Deno.test("A failure ends the stream with an error, and without [DONE]", () => {
  const translator = translatorOf();
  translator.chunk(chunk([{ text: "a" }]));
  const text = translator.error(new RpcError("UNAVAILABLE", "The model is overloaded"));
  assert.ok(!text.includes("[DONE]"));
  const [frame] = framesOf(text);
  assert.deepEqual(frame?.error, {
    message: "The model is overloaded",
    type: "server_error",
    param: null,
    code: null,
  });
});

Deno.test("Images, audio and citations come as deltas whose lists have an index", () => {
  const image = { inlineData: { mimeType: "image/png", data: "AAAA" } };
  const sound = { inlineData: { mimeType: "audio/L16;rate=24000", data: "AAEC" } };
  const groundingMetadata = {
    groundingChunks: [{ web: { uri: "https://a.example", title: "A" } }],
    groundingSupports: [{ segment: { endIndex: 1 }, groundingChunkIndices: [0] }],
  };
  const chunks = [
    chunk([{ text: "a" }, image]),
    chunk([sound]),
    chunk([sound], { groundingMetadata, finishReason: "STOP" }),
  ];
  const body = { modalities: ["audio"], audio: { voice: "Kore", format: "pcm16" } };
  assert.deepEqual(deltasOf(body, chunks), [
    ROLE,
    { content: "a" },
    {
      images: [
        { index: 0, type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
      ],
    },
    { audio: { id: "audio_new0", data: "AAEC" } },
    { audio: { data: "AAEC" } },
    {
      annotations: [{
        index: 0,
        type: "url_citation",
        url_citation: { start_index: 0, end_index: 1, title: "A", url: "https://a.example" },
      }],
    },
    { audio: { transcript: "", expires_at: NOW_MS / 1000 + 3600 } },
  ]);
});

Deno.test("The sources of all chunks are cited, each once", () => {
  const grounding = (title: string) => ({
    groundingMetadata: {
      groundingChunks: [{ web: { uri: "https://a.example", title } }],
      groundingSupports: [{ segment: { endIndex: 1 }, groundingChunkIndices: [0] }],
    },
  });
  const chunks = [
    chunk([{ text: "a" }], grounding("A")),
    chunk([{ text: "b" }], grounding("B")),
    chunk([{ text: "c" }], grounding("A")),
    chunk([], { groundingMetadata: {}, finishReason: "STOP" }),
  ];
  const { annotations } = deltasOf({}, chunks).at(-1) ?? {};
  assert.ok(Array.isArray(annotations));
  assert.deepEqual(annotations.map((one) => [one.index, one.url_citation.title]), [
    [0, "A"],
    [1, "B"],
  ]);
});

Deno.test("Log probabilities come with the text of their chunk", () => {
  const logprobsResult = { chosenCandidates: [{ token: "a", logProbability: -1 }] };
  const chunks = [chunk([{ text: "a" }], { logprobsResult }), chunk([], { logprobsResult }), LAST];
  const choices = choicesIn(framesOf(streamText({ logprobs: true }, chunks)));
  const logprobs = {
    content: [{ token: "a", logprob: -1, bytes: [97], top_logprobs: [] }],
    refusal: null,
  };
  assert.deepEqual(choices.map((choice) => choice.logprobs), [null, logprobs, logprobs, null]);
});

Deno.test("A stream for functions has one function_call", () => {
  const call = { functionCall: { name: "f", args: {} } };
  const chunks = [chunk([call], { finishReason: "STOP" })];
  const body = { functions: [{ name: "f" }] };
  assert.deepEqual(deltasOf(body, chunks), [CALLER, {
    function_call: { name: "f", arguments: "{}" },
  }]);
  const last = choicesIn(framesOf(streamText(body, chunks))).at(-1);
  assert.equal(last?.finish_reason, "function_call");
});
