/**
 * Runs the AI SDK with `@ai-sdk/google` for the conformance matrix. Each line of standard input is one
 * call as JSON, each line of standard output its response; the shapes are `ClientCall` and `ClientResponse`
 * in ../client_call.ts.
 *
 * @module
 */
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { embed, embedMany } from "ai";
import { serveCalls } from "./serve_calls.mjs";

// Without this it prints warnings among the responses.
globalThis.AI_SDK_LOG_WARNINGS = false;

const RUN = {
  async embed(call, answer) {
    const google = createGoogleGenerativeAI({
      baseURL: `${call.baseUrl}/v1beta`,
      apiKey: call.apiKey,
    });
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

await serveCalls((call, answer) => RUN[call.op](call, answer));
