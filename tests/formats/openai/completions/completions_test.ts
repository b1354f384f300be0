/** Legacy completions. @module */
import type OpenAI from "openai";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonObject } from "../../../../src/base/json.ts";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";
import { COMPLETION_FIELDS } from "../../../../src/formats/openai/completions/completion_fields.ts";
import { COMPLETION_OPERATION } from "../../../../src/formats/openai/completions/completion_operation.ts";
import {
  choiceOf,
  choicesIn,
  framesOf,
  GEMINI_3,
  nativeOf,
  nativeResponse,
  NOW_MS,
  readCall,
  refusedField,
  respond,
  streamText,
  testContext,
  translatorOf,
} from "../chat/chat_calls.ts";

const operation = COMPLETION_OPERATION;
const CONTENTS = [{ role: "user", parts: [{ text: "hi" }] }];
const USAGE = { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 };

type Params = OpenAI.Completions.CompletionCreateParams;

/** The compiler holds this list to the types of OpenAI's library. */
const OPENAI_FIELDS: Readonly<Record<keyof Params, true>> = {
  model: true,
  prompt: true,
  best_of: true,
  echo: true,
  frequency_penalty: true,
  logit_bias: true,
  logprobs: true,
  max_tokens: true,
  n: true,
  presence_penalty: true,
  seed: true,
  stop: true,
  stream: true,
  stream_options: true,
  suffix: true,
  temperature: true,
  top_p: true,
  user: true,
};

Deno.test("Every field of OpenAI's library has a rule", () => {
  const known = new Set(COMPLETION_FIELDS.map(({ name }) => name.split(".")[0]));
  assert.deepEqual(Object.keys(OPENAI_FIELDS).filter((name) => !known.has(name)), []);
});

Deno.test("A completion's settings have their native ones, and nothing is added", () => {
  const cases: readonly (readonly [body: JsonObject, config: unknown])[] = [
    [{}, undefined],
    [{ prompt: ["hi"] }, undefined],
    [{ echo: false, best_of: 1, suffix: null, logit_bias: { 50256: -100 } }, undefined],
    [
      { max_tokens: 5, temperature: 0, top_p: 1, n: 2, best_of: 2, stop: "\n", seed: 1 },
      {
        maxOutputTokens: 5,
        temperature: 0,
        topP: 1,
        candidateCount: 2,
        stopSequences: ["\n"],
        seed: 1,
      },
    ],
    [{ presence_penalty: 1 }, { presencePenalty: 1 }],
    [{ logprobs: 0 }, { responseLogprobs: true }],
    [{ logprobs: 5 }, { responseLogprobs: true, logprobs: 5 }],
  ];
  for (const [body, config] of cases) {
    const { contents, generationConfig, ...rest } = nativeOf(body, { operation });
    assert.deepEqual(contents, CONTENTS);
    assert.deepEqual(rest, {});
    assert.deepEqual(generationConfig, config, JSON.stringify(body));
  }
  const { session, warning } = readCall({ model: GEMINI_3, user: "u", presence_penalty: 1 }, {
    operation,
  });
  assert.equal(session, "u");
  assert.match(warning ?? "", /presence_penalty/);
});

Deno.test("What Gemini cannot do is refused by its name", () => {
  const cases: readonly (readonly [body: JsonObject, field: string])[] = [
    [{ prompt: undefined }, "prompt"],
    [{ prompt: "" }, "prompt"],
    [{ prompt: [1, 2, 3] }, "prompt[0]"],
    [{ prompt: [] }, "prompt"],
    [{ prompt: ["a", "b"], stream: true }, "prompt"],
    [{ prompt: Array(17).fill("a") }, "prompt"],
    [{ echo: true }, "echo"],
    [{ suffix: "." }, "suffix"],
    [{ best_of: 3 }, "best_of"],
    [{ messages: [] }, "messages"],
    [{ model: undefined }, "model"],
  ];
  for (const [body, field] of cases) {
    assert.equal(refusedField(body, { operation }), field, JSON.stringify(body));
  }
});

Deno.test("A completion has every member that OpenAI's has", () => {
  const response = {
    ...nativeResponse([{ text: "hm", thought: true }, { text: "Hel" }, { text: "lo" }]),
    usageMetadata: USAGE,
  };
  const { usage, ...rest } = respond({}, response, { operation });
  assert.deepEqual(rest, {
    id: "cmpl-abc",
    object: "text_completion",
    created: NOW_MS / 1000,
    model: GEMINI_3,
    choices: [{ text: "Hello", index: 0, logprobs: null, finish_reason: "stop" }],
    system_fingerprint: null,
  });
  assert.ok(usage);
});

Deno.test("Several prompts are calls of their own, and their choices are numbered on", () => {
  const { calls, response, needsAllCalls } = readCall({ prompt: ["a", "b"], n: 2 }, { operation });
  assert.deepEqual(calls.map(({ body }) => body.contents), [
    [{ role: "user", parts: [{ text: "a" }] }],
    [{ role: "user", parts: [{ text: "b" }] }],
  ]);
  assert.ok(response.type === "whole");
  const candidates = [0, 1].map((index) => ({ index, content: { parts: [{ text: "c" }] } }));
  const native = { candidates, usageMetadata: USAGE };
  const whole = response.translate([native, native]);
  assert.ok("json" in whole);
  assert.deepEqual(choicesIn(whole.json).map(({ index }) => index), [0, 1, 2, 3]);
  assert.equal((whole.json.usage as { total_tokens: number }).total_tokens, 10);
  assert.ok(needsAllCalls, "a client could not tell which of its prompts failed");
});

Deno.test("A prompt that Google blocked is a choice without text", () => {
  const blocked = { promptFeedback: { blockReason: "SAFETY" } };
  assert.deepEqual(choiceOf(respond({}, blocked, { operation })), {
    text: "",
    index: 0,
    logprobs: null,
    finish_reason: "content_filter",
  });
  const last = choicesIn(framesOf(streamText({}, [blocked], { operation }))).at(-1);
  assert.equal(last?.finish_reason, "content_filter");
});

Deno.test("Log probabilities have the form of legacy completions", () => {
  const token = (text: string) => ({ token: text, logProbability: -1 });
  const logprobsResult = {
    chosenCandidates: [token("He"), token("llo")],
    topCandidates: [{ candidates: [token("He"), token("A")] }],
  };
  const response = nativeResponse([{ text: "Hello" }], { finishReason: "STOP", logprobsResult });
  const logprobs = {
    tokens: ["He", "llo"],
    token_logprobs: [-1, -1],
    top_logprobs: [{ He: -1, A: -1 }, {}],
    text_offset: [0, 2],
  };
  assert.deepEqual(choiceOf(respond({ logprobs: 2 }, response, { operation })).logprobs, logprobs);
  const frames = framesOf(streamText({ logprobs: 2 }, [response, response], { operation }));
  assert.deepEqual(choicesIn(frames)[1]?.logprobs, { ...logprobs, text_offset: [5, 7] });
});

Deno.test("A stream has the texts, one finish reason, the usage and the end", () => {
  const chunks = [
    nativeResponse([{ text: "Hel" }], {}),
    { ...nativeResponse([{ text: "lo" }], { finishReason: "MAX_TOKENS" }), usageMetadata: USAGE },
  ];
  const body = { stream_options: { include_usage: true } };
  const text = streamText(body, chunks, { operation });
  assert.ok(text.endsWith("data: [DONE]\n\n"));
  const frames = framesOf(text);
  assert.deepEqual(choicesIn(frames), [
    { text: "Hel", index: 0, logprobs: null, finish_reason: null },
    { text: "lo", index: 0, logprobs: null, finish_reason: null },
    { text: "", index: 0, logprobs: null, finish_reason: "length" },
  ]);
  assert.ok(frames.at(-1)?.usage);
  assert.equal(frames[0]?.id, "cmpl-abc");
});

Deno.test("An empty stream ends properly, and a failed one with an error", () => {
  const frames = framesOf(streamText({}, [], { operation }));
  assert.deepEqual(choicesIn(frames).map(({ finish_reason }) => finish_reason), ["stop"]);
  const error = translatorOf({}, { operation }).error(new RpcError("INTERNAL", "Broken"));
  assert.ok(!error.includes("[DONE]"));
  assert.ok(framesOf(error)[0]?.error);
});

Deno.test("Any JSON as a request is read, or refused as the client's fault", () => {
  const names = fc.constantFrom(...COMPLETION_FIELDS.map(({ name }) => name));
  const body = fc.dictionary(names, fc.oneof(fc.jsonValue(), fc.constantFrom("a", 1, true)));
  fc.assert(fc.property(body, (any) => {
    for (const request of [any, { ...any, model: "m", prompt: "a" }]) {
      try {
        COMPLETION_OPERATION.read(request, testContext());
      } catch (error) {
        assert.ok(error instanceof RpcError && error.code === 400, String(error));
      }
    }
  }));
});
