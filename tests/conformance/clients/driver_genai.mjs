/**
 * Runs `@google/genai` for the conformance matrix; the argument names the installed alias (`genai3`).
 * Each line of standard input is one call as JSON, each line of standard output its response; the
 * shapes are `ClientCall` and `ClientResponse` in ../client_call.ts.
 *
 * @module
 */
import process from "node:process";
import { note, objectSchema, userTurn, weatherResult, weatherTool } from "./conversation.mjs";
import { serveCalls } from "./serve_calls.mjs";

const { GoogleGenAI, Type } = await import(process.argv[2]);

/** One call; gives the model's turn as it came, for the conversation to go on with. */
async function generate(client, request, { stream, answer }) {
  if (!stream) {
    const response = await client.models.generateContent(request);
    note(answer, response);
    return response.candidates?.[0]?.content;
  }
  const parts = [];
  for await (const chunk of await client.models.generateContentStream(request)) {
    parts.push(...note(answer, chunk));
  }
  return { role: "model", parts };
}

const RUN = {
  async generate({ client, call, answer }) {
    const config = { systemInstruction: call.system };
    if (call.schema) {
      config.responseMimeType = "application/json";
      config.responseSchema = objectSchema(Type, "answer");
    }
    const request = { model: call.model, contents: [userTurn(call)], config };
    await generate(client, request, { stream: call.stream, answer });
  },

  async tools({ client, call, answer }) {
    const config = { tools: [weatherTool(Type)] };
    const request = { model: call.model, contents: [userTurn(call)], config };
    request.contents.push(await generate(client, request, { stream: call.stream, answer }));
    request.contents.push({ role: "user", parts: [weatherResult(answer)] });
    answer.text = "";
    await generate(client, request, { stream: call.stream, answer });
  },

  async count({ client, call, answer }) {
    const counted = await client.models.countTokens({ model: call.model, contents: call.prompt });
    answer.totalTokens = counted.totalTokens;
  },

  async list({ client, call, answer }) {
    answer.models = [];
    for await (const model of await client.models.list({ config: { pageSize: call.pageSize } })) {
      answer.models.push(model.name);
    }
  },

  async get({ client, call, answer }) {
    answer.models = [(await client.models.get({ model: call.model })).name];
  },

  async embed({ client, call, answer }) {
    const config = { taskType: call.taskType, outputDimensionality: call.dimensions };
    // Texts alone in a list would be parts of one content, so have one vector with Gemini Embedding 2.
    const contents = call.texts.length === 1
      ? call.texts[0]
      : call.texts.map((text) => ({ role: "user", parts: [{ text }] }));
    const embedded = await client.models.embedContent({ model: call.model, contents, config });
    answer.embeddings = embedded.embeddings.map((embedding) => embedding.values);
  },
};

await serveCalls((call, answer) => {
  const options = { apiKey: call.apiKey, httpOptions: { baseUrl: call.baseUrl } };
  return RUN[call.op]({ client: new GoogleGenAI(options), call, answer });
});
