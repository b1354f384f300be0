/**
 * The rows of batches, and of the methods of models that make them.
 *
 * @see {@link https://ai.google.dev/api/batch-api}
 * @module
 */
import type { MethodRow } from "../method_row.ts";
import { IN_CONTENTS } from "./model_rows.ts";
import { ACT, CHANGE, CREATE, LIST, READ, REMOVE } from "./row_bases.ts";

/**
 * Enqueues requests. A file of requests can name further files, which Pollux does not read: those have to be in the
 * same project.
 */
const ENQUEUE = {
  ...CREATE,
  kinds: { "gemini-api": "native" },
  routing: "model",
  names: IN_CONTENTS,
  makes: ["batches"],
  usage: "later",
} as const;

const RESOURCE = { kinds: { "gemini-api": "resource" }, names: ["batches"] } as const;

/** The file with the results, which an operation names twice. */
const RESULTS = {
  "metadata.output.responsesFile": "files",
  "response.responsesFile": "files",
} as const;

/** Changes a batch; its response is the batch itself, not the operation. */
const UPDATE = {
  ...CHANGE,
  ...RESOURCE,
  names: ["batches", ...IN_CONTENTS],
  shows: { "output.responsesFile": "files" },
} as const;

/** The rows, by the methods' names. */
export const BATCH_ROWS = {
  "batchGenerateContent": {
    ...ENQUEUE,
    path: "models/{model}:batchGenerateContent",
    listedBy: "generation",
  },
  "asyncBatchEmbedContent": {
    ...ENQUEUE,
    path: "models/{model}:asyncBatchEmbedContent",
    listedBy: "embedding",
  },
  "batches.list": {
    ...LIST,
    ...RESOURCE,
    names: [],
    path: "batches",
    list: { member: "operations", defaultSize: 50, largestSize: 1000 },
    shows: RESULTS,
  },
  "batches.get": { ...READ, ...RESOURCE, path: "batches/{batch}", shows: RESULTS },
  "batches.cancel": { ...ACT, ...RESOURCE, path: "batches/{batch}:cancel" },
  "batches.delete": { ...REMOVE, ...RESOURCE, path: "batches/{batch}" },
  "batches.updateGenerateContentBatch": {
    ...UPDATE,
    path: "batches/{batch}:updateGenerateContentBatch",
  },
  "batches.updateEmbedContentBatch": {
    ...UPDATE,
    path: "batches/{batch}:updateEmbedContentBatch",
  },
} as const satisfies Readonly<Record<string, MethodRow>>;
