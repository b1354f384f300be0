/**
 * The cases of batches: each belongs to the project of one account, and so does the file with its results.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ask, assertGood, assertRaised, type Case, kindCase, only } from "./case.ts";
import type { Client, ClientCall, ClientOp } from "../client_call.ts";
import { ACCOUNT_NAMES, type Testbed } from "../testbed.ts";

const EMBEDDING_MODEL = "gemini-embedding-001";
const TEXTS = ["The first of two", "The second of two"];
const SUCCEEDED = "JOB_STATE_SUCCEEDED";
/** All that Google says of a batch that is not there. */
const GONE = { status: 404, words: /Requested entity was not found/ } as const;

/** The cases, in the order of their rows. */
export const BATCH_CASES: readonly Case[] = [
  batchCase("batches of three accounts, listed, cancelled, deleted", "createBatch", {
    async check(client, bed) {
      const made = new Set<string>();
      for (const _ of ACCOUNT_NAMES) {
        made.add(only(await ask(client, bed, { op: "createBatch", texts: TEXTS })).name);
      }
      const response = await ask(client, bed, { op: "listBatches", pageSize: 2 });
      assertGood(response);
      const names = response.resources?.map(({ name }) => name) ?? [];
      assert.equal(new Set(names).size, names.length, "a batch is listed twice");
      for (const name of made) {
        assert.ok(names.includes(name), `"${name}" is not listed`);
        assertGood(await ask(client, bed, { op: "cancelBatch", name }));
        const { state } = only(await ask(client, bed, { op: "getBatch", name }));
        assert.equal(state, "JOB_STATE_CANCELLED");
        if (!client.ops.has("deleteBatch")) continue;
        assertGood(await ask(client, bed, { op: "deleteBatch", name }));
        assertRaised(await ask(client, bed, { op: "getBatch", name }), GONE);
      }
    },
  }),
  batchCase("a batch of inlined requests", "createBatch", {
    async check(client, bed) {
      const { text, chunks } = await finished(client, bed, { op: "createBatch", texts: TEXTS });
      assert.equal(chunks, TEXTS.length);
      for (const each of TEXTS) assert.ok(text.includes(`You said: "${each}"`), text);
    },
  }),
  batchCase("a batch of embeddings", "createEmbeddingsBatch", {
    async check(client, bed) {
      const call = { op: "createEmbeddingsBatch", model: EMBEDDING_MODEL, texts: TEXTS } as const;
      const { embeddings } = await finished(client, bed, call);
      assert.deepEqual(embeddings?.map(({ length }) => length), TEXTS.map(() => 3072));
    },
  }),
  batchCase("batches of files, their results downloaded", "createBatch", {
    async check(client, bed) {
      const results = await ofFile(client, bed, {
        call: { op: "createBatch" },
        request: (text) => ({ contents: [{ parts: [{ text }] }] }),
      });
      for (const [nth, text] of TEXTS.entries()) {
        assert.equal(results[nth].key, text);
        const [candidate] = results[nth].response.candidates;
        assert.ok(candidate.content.parts[0].text.includes(`You said: "${text}"`));
      }
      if (!client.ops.has("createEmbeddingsBatch")) return;
      const vectors = await ofFile(client, bed, {
        call: { op: "createEmbeddingsBatch", model: EMBEDDING_MODEL },
        request: (text) => ({ content: { parts: [{ text }] } }),
      });
      assert.equal(vectors[1].response.embedding.values.length, 3072);
    },
  }),
];

/** A case of the accounts that have batches; of the others, a client learns which have them. */
function batchCase(
  title: string,
  op: ClientOp,
  { check }: { readonly check: (client: Client, bed: Testbed) => Promise<void> },
): Case {
  const model = op === "createBatch" ? {} : { model: EMBEDDING_MODEL };
  const call = { op, texts: TEXTS, ...model };
  return kindCase({ title, kinds: ["gemini-api"], needs: op, call, check });
}

/** Makes a batch, lets Google finish it, and polls it as the client does. */
async function finished(client: Client, bed: Testbed, call: Partial<ClientCall>) {
  const { name, state } = only(await ask(client, bed, call));
  assert.equal(state, "JOB_STATE_PENDING");
  bed.finishBatch(name);
  const response = await ask(client, bed, { op: "getBatch", name });
  assert.equal(only(response).state, SUCCEEDED);
  return response;
}

/** Uploads requests, makes a batch of them, and reads the lines of the results. */
async function ofFile(
  client: Client,
  bed: Testbed,
  { call, request }: {
    readonly call: Partial<ClientCall>;
    readonly request: (text: string) => object;
  },
) {
  const lines = TEXTS.map((text) => JSON.stringify({ key: text, request: request(text) }));
  const { name } = only(await ask(client, bed, { op: "upload", texts: [lines.join("\n")] }));
  const { results } = only(await finished(client, bed, { ...call, name }));
  assert.ok(results !== undefined, "the batch names no file with results");
  const downloaded = await ask(client, bed, { op: "downloadFile", name: results });
  assertGood(downloaded);
  return downloaded.text.trim().split("\n").map((line) => JSON.parse(line));
}
