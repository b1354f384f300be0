/**
 * Runs `@google/generative-ai` for the conformance matrix. Each line of standard input is one call as
 * JSON, each line of standard output its response; the shapes are `ClientCall` and `ClientResponse` in
 * ../client_call.ts.
 *
 * @module
 */
import { GoogleGenerativeAI, SchemaType } from "@google/generative-ai";
import { note, objectSchema, userTurn, weatherResult, weatherTool } from "./conversation.mjs";
import { serveCalls } from "./serve_calls.mjs";

/** One call; gives the model's turn as it came, for the conversation to go on with. */
async function generate(model, contents, { stream, answer }) {
  if (!stream) {
    const { response } = await model.generateContent({ contents });
    note(answer, response);
    return response.candidates?.[0]?.content;
  }
  const result = await model.generateContentStream({ contents });
  // A failed stream rejects `response` too; the loop below is where it is reported.
  result.response.catch(() => {});
  const parts = [];
  for await (const chunk of result.stream) parts.push(...note(answer, chunk));
  return { role: "model", parts };
}

function modelFor(call, options = {}) {
  const client = new GoogleGenerativeAI(call.apiKey);
  const params = { model: call.model, systemInstruction: call.system, ...options };
  return client.getGenerativeModel(params, { baseUrl: call.baseUrl });
}

const RUN = {
  async generate(call, answer) {
    const generationConfig = call.schema
      ? {
        responseMimeType: "application/json",
        responseSchema: objectSchema(SchemaType, "answer"),
      }
      : {};
    const model = modelFor(call, { generationConfig });
    await generate(model, [userTurn(call)], { stream: call.stream, answer });
  },

  async tools(call, answer) {
    const model = modelFor(call, { tools: [weatherTool(SchemaType)] });
    const contents = [userTurn(call)];
    contents.push(await generate(model, contents, { stream: call.stream, answer }));
    // This SDK's own chat sends a function's result in the role "function".
    contents.push({ role: "function", parts: [weatherResult(answer)] });
    answer.text = "";
    await generate(model, contents, { stream: call.stream, answer });
  },

  async count(call, answer) {
    answer.totalTokens = (await modelFor(call).countTokens(call.prompt)).totalTokens;
  },

  async embed(call, answer) {
    const model = modelFor(call);
    const requests = call.texts.map((text) => ({
      content: { role: "user", parts: [{ text }] },
      taskType: call.taskType,
    }));
    const embeddings = requests.length === 1
      ? [(await model.embedContent(requests[0])).embedding]
      : (await model.batchEmbedContents({ requests })).embeddings;
    answer.embeddings = embeddings.map((embedding) => embedding.values);
  },
};

await serveCalls((call, answer) => RUN[call.op](call, answer));
