/**
 * Runs `@google/genai` in Vertex mode. The first argument names the installed alias. Standard input is a
 * `VertexModeCase` as in ../vertex_mode_test.ts as JSON; the last line of standard output is what each call gave.
 *
 * @module
 */
import process from "node:process";
import { text } from "node:stream/consumers";

const { GoogleGenAI } = await import(process.argv[2]);
const { baseUrl, key, place, models } = JSON.parse(await text(process.stdin));

const httpOptions = { baseUrl };

function clientOf() {
  // Without a project, the key is that of express mode; else it stands for an access token.
  if (place === undefined) return new GoogleGenAI({ vertexai: true, apiKey: key, httpOptions });
  const authClient = {
    getRequestHeaders: () => new Headers({ authorization: `Bearer ${key}` }),
  };
  return new GoogleGenAI({
    vertexai: true,
    ...place,
    googleAuthOptions: { authClient },
    httpOptions,
  });
}

const client = clientOf();

/** What a call gave, or the status of its error. */
async function outcomeOf(call) {
  try {
    return await call();
  } catch (error) {
    if (error.status === undefined) throw error;
    return error.status;
  }
}

const result = {
  generate: async () => {
    const contents = "Say something made up";
    const config = { systemInstruction: "Be short", temperature: 0.5 };
    return (await client.models.generateContent({ model: models.chat, contents, config })).text;
  },
  stream: async () => {
    let all = "";
    const stream = await client.models.generateContentStream({
      model: models.chat,
      contents: "Say something made up",
    });
    for await (const chunk of stream) all += chunk.text ?? "";
    return all;
  },
  count: async () => {
    const config = { systemInstruction: "Be short" };
    const counted = await client.models.countTokens({ model: models.chat, contents: "a", config });
    return counted.totalTokens;
  },
  list: async () => {
    const names = [];
    for await (const { name } of await client.models.list({ config: { pageSize: 5 } })) {
      names.push(name);
    }
    return names;
  },
  get: async () => (await client.models.get({ model: models.chat })).name,
  embed: async () => {
    const config = { taskType: "CLUSTERING", outputDimensionality: 16 };
    const embedded = await client.models.embedContent({
      model: models.embeds,
      contents: "a",
      config,
    });
    return embedded.embeddings.map(({ values }) => values.length);
  },
  caches: async () => {
    const { caches } = client;
    const contents = "x".repeat(20_000);
    const made = await caches.create({ model: models.chat, config: { contents, ttl: "600s" } });
    const { name } = made;
    const got = await caches.get({ name });
    const listed = [];
    for await (const cache of await caches.list()) listed.push(cache.name);
    const updated = await caches.update({ name, config: { ttl: "7200s" } });
    const config = { cachedContent: name };
    const used = await client.models.generateContent({ model: models.chat, contents: "a", config });
    await caches.delete({ name });
    return {
      got: got.name === name,
      listed: listed.includes(name),
      updated: updated.expireTime > made.expireTime,
      used: used.usageMetadata.cachedContentTokenCount > 0,
      gone: typeof await outcomeOf(() => caches.get({ name })) === "number",
    };
  },
  predict: async () => {
    const embedded = await client.models.embedContent({ model: models.predicts, contents: "a" });
    return embedded.embeddings.map(({ values }) => values.length);
  },
  video: async () => {
    const source = { prompt: "A cat" };
    let operation = await client.models.generateVideos({ model: models.videos, source });
    while (!operation.done) operation = await client.operations.getVideosOperation({ operation });
    const [{ video }] = operation.response.generatedVideos;
    return video.uri ?? video.videoBytes;
  },
};
for (const [name, call] of Object.entries(result)) result[name] = await outcomeOf(call);
console.log(JSON.stringify(result));
process.exit(0);
