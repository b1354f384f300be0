/**
 * Runs the AI SDK for the conformance matrix, with `@ai-sdk/openai`, `@ai-sdk/openai-compatible` or
 * `@ai-sdk/anthropic`. Each line of standard input is one call as JSON, each line of standard output its response; the
 * shapes are `ClientCall` and `ClientResponse` in ../../client_call.ts. The argument names the provider: `chat`,
 * `responses`, `compatible` or `messages`.
 *
 * @module
 */
import process from "node:process";
import {
  embed,
  embedMany,
  experimental_generateSpeech as generateSpeech,
  experimental_transcribe as transcribe,
  generateImage,
  generateText,
  jsonSchema,
  Output,
  stepCountIs,
  streamText,
  tool,
} from "ai";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { serveCalls } from "../serve_calls.mjs";
import {
  bytesOf,
  callWeather,
  MOST_TURNS,
  noteFinish,
  noteText,
  objectSchema,
  WEATHER,
} from "./common.mjs";

// Without this it prints warnings among the responses.
globalThis.AI_SDK_LOG_WARNINGS = false;

const [, , kind] = process.argv;

function openai({ apiKey, baseUrl }) {
  return createOpenAI({ apiKey, baseURL: `${baseUrl}/v1` });
}

const MODELS = {
  chat: (call) => openai(call).chat(call.model),
  responses: (call) => openai(call).responses(call.model),
  compatible: ({ apiKey, baseUrl, model }) =>
    createOpenAICompatible({
      name: "pollux",
      apiKey,
      baseURL: `${baseUrl}/v1beta/openai`,
      includeUsage: true,
      supportsStructuredOutputs: true,
    }).chatModel(model),
  messages: ({ apiKey, baseUrl, model }) =>
    createAnthropic({ apiKey, baseURL: `${baseUrl}/v1` })(model),
};

/** How each provider is asked for thoughts. */
const THINKING = {
  chat: { openai: { reasoningEffort: "low", forceReasoning: true } },
  responses: {
    openai: {
      reasoningEffort: "low",
      reasoningSummary: "auto",
      forceReasoning: true,
    },
  },
  compatible: { pollux: { reasoningEffort: "low" } },
  messages: {
    anthropic: { thinking: { type: "enabled", budgetTokens: 1024 } },
  },
};

function optionsOf(call) {
  const content = [{ type: "text", text: call.prompt }];
  if (call.png) {
    content.push({ type: "image", image: call.png, mediaType: "image/png" });
  }
  if (call.pdf) {
    const file = {
      data: call.pdf,
      mediaType: "application/pdf",
      filename: "page.pdf",
    };
    content.push({ type: "file", ...file });
  }
  return {
    model: MODELS[kind](call),
    maxRetries: 0,
    ...(call.system === undefined ? {} : { instructions: call.system }),
    messages: [{ role: "user", content }],
    ...(call.schema
      ? {
        output: Output.object({ schema: jsonSchema(objectSchema("answer")) }),
      }
      : {}),
    ...(call.op === "think" ? { providerOptions: THINKING[kind] } : {}),
  };
}

/** One call, with as many turns as the options allow. */
async function run(options, { call, answer }) {
  let failure;
  const result = call.stream
    // A stream does not throw its error.
    ? streamText({ ...options, onError: ({ error }) => failure = error })
    : await generateText(options);
  if (call.stream) {
    for await (const text of result.textStream) noteText(text, answer);
    if (failure !== undefined) throw failure;
  } else {
    noteText(result.text, answer);
  }
  noteFinish(await result.finishReason, answer);
  answer.thoughts = await result.reasoningText;
  answer.usageTotal = (await result.usage).totalTokens;
}

async function generate(call, answer) {
  await run(optionsOf(call), { call, answer });
}

const RUN = {
  generate,
  think: generate,
  readDocument: generate,

  async tools(call, answer) {
    const weather = tool({
      description: WEATHER.description,
      inputSchema: jsonSchema(WEATHER.schema),
      execute: (args) => callWeather(args, answer),
    });
    const options = {
      tools: { [WEATHER.name]: weather },
      stopWhen: stepCountIs(MOST_TURNS),
    };
    await run({ ...optionsOf(call), ...options }, { call, answer });
  },

  async abort(call, answer) {
    const aborting = new AbortController();
    const options = { ...optionsOf(call), abortSignal: aborting.signal };
    for await (const text of streamText(options).textStream) {
      noteText(text, answer);
      aborting.abort();
    }
  },

  async embed(call, answer) {
    const options = {
      model: openai(call).embeddingModel(call.model),
      maxRetries: 0,
      providerOptions: { openai: { dimensions: call.dimensions } },
    };
    answer.embeddings = call.texts.length === 1
      ? [(await embed({ ...options, value: call.texts[0] })).embedding]
      : (await embedMany({ ...options, values: call.texts })).embeddings;
  },

  async makeImage(call, answer) {
    const { prompt, model } = call;
    const options = {
      model: openai(call).imageModel(model),
      prompt,
      size: "1536x1024",
    };
    answer.media =
      (await generateImage({ ...options, maxRetries: 0 })).image.base64;
  },

  async transcribe(call, answer) {
    const model = openai(call).transcriptionModel(call.model);
    const { text } = await transcribe({
      model,
      audio: bytesOf(call.audio),
      maxRetries: 0,
    });
    noteText(text, answer);
  },

  async speak(call, answer) {
    const model = openai(call).speechModel(call.model);
    const options = {
      model,
      text: call.prompt,
      outputFormat: "wav",
      maxRetries: 0,
    };
    answer.media = (await generateSpeech(options)).audio.base64;
  },
};

await serveCalls((call, answer) => RUN[call.op](call, answer));
