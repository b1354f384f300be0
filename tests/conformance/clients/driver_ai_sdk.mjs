/**
 * Runs the AI SDK with `@ai-sdk/google` for the conformance matrix. Each line of standard input is one
 * call as JSON, each line of standard output its response; the shapes are `ClientCall` and `ClientResponse`
 * in ../client_call.ts.
 *
 * @module
 */
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { embed, embedMany, generateText, streamText } from "ai";
import { serveCalls } from "./serve_calls.mjs";

// Without this it prints warnings among the responses.
globalThis.AI_SDK_LOG_WARNINGS = false;

function providerOf(call) {
  return createGoogleGenerativeAI({ baseURL: `${call.baseUrl}/v1beta`, apiKey: call.apiKey });
}

const RUN = {
  async interact(call, answer) {
    let failure;
    const options = {
      model: providerOf(call).interactions(call.model),
      prompt: call.prompt,
      providerOptions: { google: { previousInteractionId: call.previous } },
      // A stream does not throw its error.
      onError: ({ error }) => failure = error,
    };
    const result = call.stream ? streamText(options) : await generateText(options);
    if (call.stream) {
      for await (const text of result.textStream) {
        answer.chunks++;
        answer.text += text;
      }
      if (failure !== undefined) throw failure;
    } else {
      answer.chunks = 1;
      answer.text = result.text;
    }
    const { interactionId } = (await result.providerMetadata)?.google ?? {};
    const isDone = await result.finishReason === "stop";
    answer.interaction = { id: interactionId, status: isDone ? "completed" : "", events: [] };
    answer.usageTotal = (await result.usage).totalTokens;
  },

  async embed(call, answer) {
    const google = providerOf(call);
    const options = {
      model: google.embeddingModel(call.model),
      providerOptions: {
        google: { taskType: call.taskType, outputDimensionality: call.dimensions },
      },
    };
    answer.embeddings = call.texts.length === 1
      ? [(await embed({ ...options, value: call.texts[0] })).embedding]
      : (await embedMany({ ...options, values: call.texts })).embeddings;
  },
};

await serveCalls(async (call, answer) => {
  try {
    await RUN[call.op](call, answer);
  } catch (error) {
    // Where the code of an error is a word, its message is that of the status.
    if (error.responseBody !== undefined) error.message += `: ${error.responseBody}`;
    throw error;
  }
});
