/** Whole chat completions. @module */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/base/json.ts";
import type { KeptToolCall } from "../../../../src/formats/operation.ts";
import {
  choiceOf,
  choicesIn,
  GEMINI_3,
  messageOf,
  nativeResponse,
  NOW_MS,
  respond,
  testContext,
} from "./chat_calls.ts";

const call = (name: string, members: JsonObject = {}) => ({
  functionCall: { name, args: { a: 1 } },
  ...members,
});

Deno.test("A completion has every member that OpenAI's has", () => {
  const response = {
    ...nativeResponse([{ text: "Hello" }]),
    usageMetadata: {
      promptTokenCount: 10,
      cachedContentTokenCount: 4,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 7,
      totalTokenCount: 22,
      promptTokensDetails: [{ modality: "AUDIO", tokenCount: 2 }],
    },
  };
  assert.deepEqual(respond({}, response), {
    id: "chatcmpl-abc",
    object: "chat.completion",
    created: NOW_MS / 1000,
    model: GEMINI_3,
    choices: [{
      index: 0,
      message: { role: "assistant", content: "Hello", refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: "stop",
    }],
    usage: {
      prompt_tokens: 10,
      completion_tokens: 12,
      total_tokens: 22,
      prompt_tokens_details: { cached_tokens: 4, audio_tokens: 2 },
      completion_tokens_details: {
        reasoning_tokens: 7,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    service_tier: "default",
    system_fingerprint: null,
  });
});

Deno.test("A response without an id or a model has a new id, and the model that was called", () => {
  const { id, model } = respond({}, { candidates: [] });
  assert.equal(id, "chatcmpl-new0");
  assert.equal(model, "gemini-2.5-flash");
});

Deno.test("Texts and thoughts are joined, each in its own field", () => {
  const parts = [
    { text: "hm ", thought: true },
    { text: "well", thought: true },
    { text: "a" },
    { text: "b", thoughtSignature: "S" },
  ];
  const { content, reasoning_content, extra_content } = messageOf(
    respond({}, nativeResponse(parts)),
  );
  assert.equal(content, "ab");
  assert.equal(reasoning_content, "hm well");
  assert.deepEqual(extra_content, { google: { thought_signature: "S" } });
});

Deno.test("Function calls keep their ids and signatures for the next request", () => {
  const kept = new Map<string, KeptToolCall>();
  const context = testContext(kept);
  const parts = [
    { functionCall: { name: "f", args: { a: 1 }, id: "g1" }, thoughtSignature: "S" },
    call("g"),
  ];
  const response = respond({}, nativeResponse(parts), { context });
  const { finish_reason } = choiceOf(response);
  const { content, tool_calls } = messageOf(response);
  assert.equal(finish_reason, "tool_calls");
  assert.equal(content, null);
  assert.deepEqual(tool_calls, [
    {
      id: "call_0",
      type: "function",
      function: { name: "f", arguments: '{"a":1}' },
      extra_content: { google: { thought_signature: "S" } },
    },
    { id: "call_1", type: "function", function: { name: "g", arguments: '{"a":1}' } },
  ]);
  assert.deepEqual([...kept.values()], [{ id: "g1", signature: "S" }, {}]);
});

Deno.test("A function has the client's name again", () => {
  const tools = [{ type: "function", function: { name: "get weather" } }];
  const native = "get_weather_dce3870e";
  const { tool_calls } = messageOf(respond({ tools }, nativeResponse([call(native)])));
  assert.ok(Array.isArray(tool_calls));
  assert.equal(tool_calls[0].function.name, "get weather");
});

Deno.test("Functions that were declared as such are called as such", () => {
  const functions = [{ name: "f" }];
  const response = respond({ functions }, nativeResponse([call("f")]));
  const { tool_calls, function_call, content } = messageOf(response);
  assert.equal(content, null);
  assert.equal(tool_calls, undefined);
  assert.deepEqual(function_call, { name: "f", arguments: '{"a":1}' });
  assert.equal(choiceOf(response).finish_reason, "function_call");
});

Deno.test("Each finish reason has one of OpenAI's words, and Google's beside it where it tells more", () => {
  const words: Readonly<Record<string, string>> = {
    STOP: "stop",
    MAX_TOKENS: "length",
    CONTINUATION: "length",
    SAFETY: "content_filter",
    RECITATION: "content_filter",
    BLOCKLIST: "content_filter",
    PROHIBITED_CONTENT: "content_filter",
    SPII: "content_filter",
    IMAGE_SAFETY: "content_filter",
    LANGUAGE: "content_filter",
    OTHER: "content_filter",
    MALFORMED_FUNCTION_CALL: "stop",
    UNEXPECTED_TOOL_CALL: "stop",
    MISSING_THOUGHT_SIGNATURE: "stop",
  };
  for (const [reason, word] of Object.entries(words)) {
    const choice = choiceOf(respond({}, nativeResponse([{ text: "a" }], { finishReason: reason })));
    assert.equal(choice.finish_reason, word, reason);
    const isTold = reason === "STOP" || reason === "MAX_TOKENS";
    assert.equal(choice.native_finish_reason, isTold ? undefined : reason);
  }
  const cut = respond({}, nativeResponse([call("f")], { finishReason: "MAX_TOKENS" }));
  assert.equal(choiceOf(cut).finish_reason, "length");
});

Deno.test("A prompt that Google blocked is one choice with a refusal", () => {
  const response = respond({}, { promptFeedback: { blockReason: "PROHIBITED_CONTENT" } });
  const { message, finish_reason } = choiceOf(response);
  assert.deepEqual(message, {
    role: "assistant",
    content: null,
    refusal: "PROHIBITED_CONTENT",
    annotations: [],
  });
  assert.equal(finish_reason, "content_filter");
});

Deno.test("A response that was withheld has no invented text", () => {
  const response = respond({}, { candidates: [{ finishReason: "SAFETY" }] });
  assert.equal(messageOf(response).content, "");
  assert.equal(messageOf(response).refusal, null);
});

Deno.test("Each candidate is a choice", () => {
  const candidate = (index: number) => ({
    index,
    content: { parts: [{ text: `text ${index}` }] },
    finishReason: "STOP",
  });
  const choices = choicesIn(respond({ n: 2 }, { candidates: [candidate(0), candidate(1)] }));
  assert.deepEqual(choices.map(({ index }) => index), [0, 1]);
});

Deno.test("Images are data: URLs beside the text; drafts are left out", () => {
  const image = { inlineData: { mimeType: "image/png", data: "AAAA" } };
  const parts = [{ text: "Here" }, { ...image, thought: true }, {
    ...image,
    thoughtSignature: "S",
  }];
  const { content, images } = messageOf(respond({}, nativeResponse(parts)));
  assert.equal(content, "Here");
  assert.deepEqual(images, [{
    index: 0,
    type: "image_url",
    image_url: { url: "data:image/png;base64,AAAA" },
    extra_content: { google: { thought_signature: "S" } },
  }]);
});

function audioOf(format: string): Uint8Array {
  const mimeType = "audio/L16;codec=pcm;rate=16000";
  const parts = ["AAEC", "AwQ="].map((data) => ({ inlineData: { mimeType, data } }));
  const body = { modalities: ["text", "audio"], audio: { voice: "Kore", format } };
  const { content, audio } = messageOf(respond(body, nativeResponse(parts)));
  assert.equal(content, null);
  const { data, ...rest } = audio as { data: string };
  assert.deepEqual(rest, { id: "audio_new0", transcript: "", expires_at: NOW_MS / 1000 + 3600 });
  return Uint8Array.fromBase64(data);
}

Deno.test("Audio is the samples of all parts, with a header for WAV", () => {
  assert.deepEqual([...audioOf("pcm16")], [0, 1, 2, 3, 4]);
  const wav = audioOf("wav");
  assert.equal(new TextDecoder().decode(wav.subarray(0, 4)), "RIFF");
  assert.equal(new DataView(wav.buffer).getUint32(24, true), 16_000);
  assert.equal(new DataView(wav.buffer).getUint32(40, true), 5);
  assert.deepEqual([...wav.subarray(44)], [0, 1, 2, 3, 4]);
});

Deno.test("Code that Google ran, and what it gave, are in the text", () => {
  const parts = [
    { text: "Let me see." },
    { executableCode: { language: "PYTHON", code: "print(1)" } },
    { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1\n" } },
  ];
  const { content } = messageOf(respond({}, nativeResponse(parts)));
  assert.equal(content, "Let me see.\n```python\nprint(1)\n```\n\n```\n1\n\n```\n");
});

Deno.test("Log probabilities have OpenAI's form", () => {
  const logprobsResult = {
    chosenCandidates: [{ token: "ü", tokenId: 1, logProbability: -0.5 }],
    topCandidates: [{ candidates: [{ token: "u", tokenId: 2, logProbability: -1 }] }],
  };
  const members = { finishReason: "STOP", logprobsResult };
  const { logprobs } = choiceOf(
    respond({ logprobs: true }, nativeResponse([{ text: "ü" }], members)),
  );
  assert.deepEqual(logprobs, {
    content: [{
      token: "ü",
      logprob: -0.5,
      bytes: [195, 188],
      top_logprobs: [{ token: "u", logprob: -1, bytes: [117] }],
    }],
    refusal: null,
  });
});

Deno.test("The sources of a grounded text are citations, by characters", () => {
  const groundingMetadata = {
    groundingChunks: [{ web: { uri: "https://a.example", title: "A" } }, { web: {} }],
    groundingSupports: [
      { segment: { startIndex: 8, endIndex: 10 }, groundingChunkIndices: [0, 1] },
    ],
  };
  const members = { finishReason: "STOP", groundingMetadata };
  const response = nativeResponse([{ text: "Zürich ä." }], members);
  assert.deepEqual(messageOf(respond({}, response)).annotations, [{
    type: "url_citation",
    url_citation: { start_index: 7, end_index: 8, title: "A", url: "https://a.example" },
  }]);
});

Deno.test("A source of a later part is cited from where that part begins", () => {
  const groundingMetadata = {
    groundingChunks: [{ retrievedContext: { uri: "https://a.example" } }],
    groundingSupports: [
      { segment: { partIndex: 2, startIndex: 1, endIndex: 3 }, groundingChunkIndices: [0] },
    ],
  };
  const parts = [{ text: "hm", thought: true }, { text: "äö" }, { text: "abc" }];
  const response = nativeResponse(parts, { finishReason: "STOP", groundingMetadata });
  assert.deepEqual(messageOf(respond({}, response)).annotations, [{
    type: "url_citation",
    url_citation: { start_index: 3, end_index: 5, title: "", url: "https://a.example" },
  }]);
});

Deno.test("The tier that served a response is told", () => {
  const response = { ...nativeResponse([]), usageMetadata: { serviceTier: "FLEX" } };
  assert.equal(respond({}, response).service_tier, "flex");
});
