/**
 * The rows of the methods of models.
 *
 * @module
 */
import type { MethodRow } from "../method_row.ts";
import { CALL, LIST } from "./row_bases.ts";

/** Resources that are named within the contents and tools of a model's call. */
export const IN_CONTENTS = ["files", "cachedContents", "fileSearchStores", "voices"] as const;

/** How every kind of account lists its models. */
const MODEL_LISTS = {
  "gemini-api": "models",
  "vertex": "publisherModels",
  "code-assist": "availableModels",
} as const;

/** The rows, by the methods' names; those that a model's path names omit `models.`. */
export const MODEL_ROWS = {
  "generateContent": {
    ...CALL,
    path: "models/{model}:generateContent",
    kinds: { "gemini-api": "native", "vertex": "native", "code-assist": "envelope" },
    names: IN_CONTENTS,
    usage: "usageMetadata",
    isTurn: true,
    listedBy: "generation",
  },
  "streamGenerateContent": {
    ...CALL,
    path: "models/{model}:streamGenerateContent",
    kinds: { "gemini-api": "native", "vertex": "native", "code-assist": "envelope" },
    response: "stream",
    names: IN_CONTENTS,
    usage: "usageMetadata",
    isTurn: true,
    comesWith: "generateContent",
  },
  "countTokens": {
    ...CALL,
    path: "models/{model}:countTokens",
    kinds: { "gemini-api": "count", "vertex": "count", "code-assist": "count" },
    names: IN_CONTENTS,
    listedBy: "generation",
  },
  "embedContent": {
    ...CALL,
    path: "models/{model}:embedContent",
    kinds: { "gemini-api": "embed", "vertex": "embed" },
    names: IN_CONTENTS,
    usage: "usageMetadata",
    listedBy: "embedding",
  },
  "batchEmbedContents": {
    ...CALL,
    path: "models/{model}:batchEmbedContents",
    kinds: { "gemini-api": "embed", "vertex": "embedBatch" },
    names: IN_CONTENTS,
    usage: "usageMetadata",
    comesWith: "embedContent",
  },
  "models.list": { ...LIST, path: "models", kinds: MODEL_LISTS },
  "models.get": { ...LIST, path: "models/{model}", kinds: MODEL_LISTS },
} as const satisfies Readonly<Record<string, MethodRow>>;
