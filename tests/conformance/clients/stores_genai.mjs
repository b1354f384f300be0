/**
 * The calls of file search stores by `@google/genai` from 1.29 on, for driver_genai.mjs.
 *
 * @module
 */
import { setTimeout as delay } from "node:timers/promises";

/** What `ClientOp` names, each with the client, the call, and the answer that it fills in. */
export const STORE_RUN = {
  async createStore({ client, call, answer }) {
    const config = { displayName: call.prompt };
    note(await client.fileSearchStores.create({ config }), answer);
  },

  async getStore({ client, call, answer }) {
    note(await client.fileSearchStores.get({ name: call.name }), answer);
  },

  async listStores({ client, call, answer }) {
    const config = { pageSize: call.pageSize };
    for await (const store of await client.fileSearchStores.list({ config })) note(store, answer);
  },

  async deleteStore({ client, call }) {
    await client.fileSearchStores.delete({ name: call.name, config: { force: true } });
  },

  async uploadDocument({ client, call, answer }) {
    const operation = await client.fileSearchStores.uploadToFileSearchStore({
      fileSearchStoreName: call.store,
      file: call.path ?? new Blob([call.texts[0]]),
      config: { mimeType: "text/plain", displayName: "document" },
    });
    await noteDocument(client, operation, answer);
  },

  async importDocument({ client, call, answer }) {
    const operation = await client.fileSearchStores.importFile({
      fileSearchStoreName: call.store,
      fileName: call.name,
    });
    await noteDocument(client, operation, answer);
  },

  async listDocuments({ client, call, answer }) {
    const config = { pageSize: call.pageSize };
    const { documents } = client.fileSearchStores;
    for await (const each of await documents.list({ parent: call.store, config })) {
      note(each, answer);
    }
  },

  async deleteDocument({ client, call }) {
    await client.fileSearchStores.documents.delete({ name: call.name, config: { force: true } });
  },
};

/** Polls an operation until it is done, and reads the document that it made. */
async function noteDocument(client, operation, answer) {
  while (!operation.done) {
    await delay(10);
    operation = await client.operations.get({ operation });
  }
  const name = operation.response.documentName;
  note(await client.fileSearchStores.documents.get({ name }), answer);
}

function note({ name, mimeType, sizeBytes, state }, answer) {
  answer.resources ??= [];
  answer.resources.push({
    name,
    mimeType,
    state,
    sizeBytes: sizeBytes === undefined ? undefined : Number(sizeBytes),
  });
}
