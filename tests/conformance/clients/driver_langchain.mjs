/**
 * Runs `@langchain/google-genai` for the conformance matrix. Each line of standard input is one call as
 * JSON, each line of standard output its response; the shapes are `ClientCall` and `ClientResponse` in
 * ../client_call.ts.
 *
 * @module
 */
import { GoogleGenerativeAIEmbeddings } from "@langchain/google-genai";
import { serveCalls } from "./serve_calls.mjs";

const RUN = {
  async embed(call, answer) {
    const embeddings = new GoogleGenerativeAIEmbeddings({
      apiKey: call.apiKey,
      baseUrl: call.baseUrl,
      model: call.model,
      taskType: call.taskType,
      outputDimensionality: call.dimensions,
    });
    answer.embeddings = call.texts.length === 1
      ? [await embeddings.embedQuery(call.texts[0])]
      : await embeddings.embedDocuments(call.texts);
  },
};

await serveCalls((call, answer) => RUN[call.op](call, answer));
