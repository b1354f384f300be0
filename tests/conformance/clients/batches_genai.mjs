/**
 * The calls of batches by `@google/genai` from 1.7.0 on, for driver_genai.mjs; embeddings from 1.16 on.
 *
 * @module
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { contentsOf } from "./conversation.mjs";

/** What `ClientOp` names, each with the client, the call, and the answer that it fills in. */
export const BATCH_RUN = {
  async createBatch({ client, call, answer }) {
    const src = call.name ?? contentsOf(call.texts).map((content) => ({ contents: [content] }));
    note(await client.batches.create({ model: call.model, src }), answer);
  },

  async createEmbeddingsBatch({ client, call, answer }) {
    const src = call.name === undefined
      ? { inlinedRequests: { contents: contentsOf(call.texts) } }
      : { fileName: call.name };
    note(await client.batches.createEmbeddings({ model: call.model, src }), answer);
  },

  async getBatch({ client, call, answer }) {
    note(await client.batches.get({ name: call.name }), answer);
  },

  async listBatches({ client, call, answer }) {
    const batches = await client.batches.list({ config: { pageSize: call.pageSize } });
    for await (const batch of batches) note(batch, answer);
  },

  async cancelBatch({ client, call }) {
    await client.batches.cancel({ name: call.name });
  },

  async deleteBatch({ client, call }) {
    await client.batches.delete({ name: call.name });
  },

  async downloadFile({ client, call, answer }) {
    const folder = await mkdtemp(join(tmpdir(), "pollux-download-"));
    try {
      const downloadPath = join(folder, "results");
      await client.files.download({ file: call.name, downloadPath });
      answer.text = await written(downloadPath);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** Older versions resolve before the file is written. */
async function written(path) {
  for (let tries = 0; tries < 500; tries++) {
    const text = await readFile(path, "utf8").catch(() => "");
    if (text.endsWith("\n")) return text;
    await delay(20);
  }
  throw new Error("The download was not written within ten seconds");
}

function note({ name, model, state, dest }, answer) {
  answer.resources ??= [];
  answer.resources.push({ name, model, state, results: dest?.fileName });
  const embeddings = dest?.inlinedEmbedContentResponses;
  if (embeddings !== undefined) {
    answer.embeddings = embeddings.map(({ response }) => response.embedding.values);
  }
  for (const { response, error } of dest?.inlinedResponses ?? []) {
    answer.chunks++;
    answer.text += response?.candidates?.[0]?.content?.parts?.[0]?.text ?? error?.message;
  }
}
