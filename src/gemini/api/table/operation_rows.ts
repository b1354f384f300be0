/**
 * The rows of long-running operations, and of the models that make images, videos and grounded answers.
 *
 * @module
 */
import type { MethodRow } from "../method_row.ts";
import { IN_CONTENTS } from "./model_rows.ts";
import { CALL, LIST, READ } from "./row_bases.ts";

/** Where the operation of a video names its file, in the form of the Gemini API. */
const VIDEO = "response.generateVideoResponse.generatedSamples.video.uri";

/** The same, in the form of Vertex AI. */
const VERTEX_VIDEO = "response.videos.gcsUri";

/** The rows, by the methods' names. */
export const OPERATION_ROWS = {
  "predict": {
    ...CALL,
    path: "models/{model}:predict",
    kinds: { "gemini-api": "native", "vertex": "native" },
    names: ["files"],
    usage: "predictions",
    listedBy: "image",
  },
  "predictLongRunning": {
    ...CALL,
    path: "models/{model}:predictLongRunning",
    kinds: { "gemini-api": "videos", "vertex": "videos" },
    names: ["files"],
    makes: ["operations"],
    retry: "before_sent",
    usage: "later",
    listedBy: "video",
  },
  "fetchPredictOperation": {
    ...CALL,
    path: "models/{model}:fetchPredictOperation",
    kinds: { "gemini-api": "fetchOperation", "vertex": "fetchOperation" },
    names: ["operations"],
    downloads: [VERTEX_VIDEO],
    shows: { [VERTEX_VIDEO]: "files" },
    comesWith: "predictLongRunning",
  },
  "generateAnswer": {
    ...CALL,
    path: "models/{model}:generateAnswer",
    kinds: { "gemini-api": "native" },
    names: [...IN_CONTENTS, "corpora"],
    usage: "usageMetadata",
    listedBy: "answer",
  },
  "models.operations.get": {
    ...READ,
    path: "models/{operationModel}/operations/{operation}",
    kinds: { "gemini-api": "resource", "vertex": "operation" },
    names: ["operations"],
    downloads: [VIDEO],
    shows: { [VIDEO]: "files" },
  },
  "models.operations.list": {
    ...LIST,
    path: "models/{operationModel}/operations",
    kinds: { "gemini-api": "resource" },
    list: { member: "operations", defaultSize: 10, largestSize: 1000 },
    downloads: [`operations.${VIDEO}`],
  },
  "operations.get": {
    ...READ,
    path: "operations/{operation}",
    kinds: { "gemini-api": "resource" },
    names: ["operations"],
  },
  "generatedFiles.list": {
    ...LIST,
    path: "generatedFiles",
    kinds: { "gemini-api": "resource" },
    list: { member: "generatedFiles", defaultSize: 10, largestSize: 50 },
  },
  "generatedFiles.operations.get": {
    ...READ,
    path: "generatedFiles/{generatedFile}/operations/{operation}",
    kinds: { "gemini-api": "resource" },
    names: ["generatedFiles"],
  },
} as const satisfies Readonly<Record<string, MethodRow>>;
