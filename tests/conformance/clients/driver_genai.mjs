/**
 * Runs `@google/genai` for the conformance matrix; the argument names the installed alias (`genai3`).
 * Each line of standard input is one call as JSON, each line of standard output its response; the
 * shapes are `ClientCall` and `ClientResponse` in ../client_call.ts.
 *
 * @module
 */
import process from "node:process";
import { BATCH_RUN } from "./batches_genai.mjs";
import {
  contentsOf,
  note,
  objectSchema,
  toldCache,
  toldFile,
  userTurn,
  weatherResult,
  weatherTool,
} from "./conversation.mjs";
import { INTERACTION_RUN } from "./interactions_genai.mjs";
import { LIVE } from "./live.mjs";
import { serveCalls } from "./serve_calls.mjs";
import { STORE_RUN } from "./stores_genai.mjs";
import { VIDEO_RUN } from "./videos_genai.mjs";

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
  ...INTERACTION_RUN,
  ...BATCH_RUN,
  ...STORE_RUN,
  ...VIDEO_RUN,
  createToken: LIVE.createToken,

  live(run) {
    return LIVE.live(run, [weatherTool(Type)]);
  },

  async generate({ client, call, answer }) {
    const config = { systemInstruction: call.system, cachedContent: call.cache };
    if (call.store) config.tools = [{ fileSearch: { fileSearchStoreNames: [call.store] } }];
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
    const contents = call.texts.length === 1 ? call.texts[0] : contentsOf(call.texts);
    const embedded = await client.models.embedContent({ model: call.model, contents, config });
    answer.embeddings = embedded.embeddings.map((embedding) => embedding.values);
  },

  async upload({ client, call, answer }) {
    const file = call.path ?? new Blob([call.texts[0]]);
    const uploaded = await client.files.upload({ file, config: { mimeType: "text/plain" } });
    answer.resources = [toldFile(uploaded)];
  },

  async listFiles({ client, call, answer }) {
    const files = await client.files.list({ config: { pageSize: call.pageSize } });
    answer.resources = (await Array.fromAsync(files)).map(toldFile);
  },

  async getFile({ client, call, answer }) {
    answer.resources = [toldFile(await client.files.get({ name: call.name }))];
  },

  async deleteFile({ client, call }) {
    await client.files.delete({ name: call.name });
  },

  async createCache({ client, call, answer }) {
    const config = { contents: contentsOf(call.texts), ttl: `${call.ttlSeconds}s` };
    answer.resources = [toldCache(await client.caches.create({ model: call.model, config }))];
  },

  async listCaches({ client, call, answer }) {
    const caches = await client.caches.list({ config: { pageSize: call.pageSize } });
    answer.resources = (await Array.fromAsync(caches)).map(toldCache);
  },

  async getCache({ client, call, answer }) {
    answer.resources = [toldCache(await client.caches.get({ name: call.name }))];
  },

  async updateCache({ client, call, answer }) {
    const config = { ttl: `${call.ttlSeconds}s` };
    answer.resources = [toldCache(await client.caches.update({ name: call.name, config }))];
  },

  async deleteCache({ client, call }) {
    await client.caches.delete({ name: call.name });
  },
};

await serveCalls((call, answer) => {
  const httpOptions = { baseUrl: call.baseUrl };
  // Given as undefined, it would replace the default.
  if (call.version !== undefined) httpOptions.apiVersion = call.version;
  const options = { apiKey: call.apiKey, httpOptions };
  return RUN[call.op]({ client: new GoogleGenAI(options), call, answer });
});
