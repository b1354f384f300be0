/**
 * Runs `@google/generative-ai` with its `/server` for the conformance matrix. Each line of standard input is one call as
 * JSON, each line of standard output its response; the shapes are `ClientCall` and `ClientResponse` in
 * ../client_call.ts.
 *
 * @module
 */
import { GoogleGenerativeAI, SchemaType } from "@google/generative-ai";
import { GoogleAICacheManager, GoogleAIFileManager } from "@google/generative-ai/server";
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
  if (call.cache !== undefined) params.cachedContent = { name: call.cache };
  return client.getGenerativeModel(params, { baseUrl: call.baseUrl });
}

function filesFor({ apiKey, baseUrl }) {
  return new GoogleAIFileManager(apiKey, { baseUrl });
}

function cachesFor({ apiKey, baseUrl }) {
  return new GoogleAICacheManager(apiKey, { baseUrl });
}

/** Every page of a list. */
async function pagesOf(list, { pageSize }) {
  const pages = [await list({ pageSize })];
  while (pages.at(-1).nextPageToken) {
    pages.push(await list({ pageSize, pageToken: pages.at(-1).nextPageToken }));
  }
  return pages;
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

  async upload(call, answer) {
    const data = call.path ?? Buffer.from(call.texts[0]);
    const { file } = await filesFor(call).uploadFile(data, { mimeType: "text/plain" });
    answer.resources = [toldFile(file)];
  },

  async listFiles(call, answer) {
    const files = filesFor(call);
    const pages = await pagesOf((params) => files.listFiles(params), call);
    answer.resources = pages.flatMap((page) => page.files ?? []).map(toldFile);
  },

  async getFile(call, answer) {
    answer.resources = [toldFile(await filesFor(call).getFile(call.name))];
  },

  async deleteFile(call) {
    await filesFor(call).deleteFile(call.name);
  },

  async createCache(call, answer) {
    const { model, texts, ttlSeconds } = call;
    const created = await cachesFor(call).create({ model, contents: contentsOf(texts), ttlSeconds });
    answer.resources = [toldCache(created)];
  },

  async listCaches(call, answer) {
    const caches = cachesFor(call);
    const pages = await pagesOf((params) => caches.list(params), call);
    answer.resources = pages.flatMap((page) => page.cachedContents ?? []).map(toldCache);
  },

  async getCache(call, answer) {
    answer.resources = [toldCache(await cachesFor(call).get(call.name))];
  },

  async updateCache(call, answer) {
    const cachedContent = { ttlSeconds: call.ttlSeconds };
    answer.resources = [toldCache(await cachesFor(call).update(call.name, { cachedContent }))];
  },

  async deleteCache(call) {
    await cachesFor(call).delete(call.name);
  },
};

await serveCalls((call, answer) => RUN[call.op](call, answer));
