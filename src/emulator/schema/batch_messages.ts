/**
 * The messages of batches, in the notation of the schema table.
 *
 * @see {@link https://ai.google.dev/api/batch-api}
 * @module
 */

/** The fields that batches of both kinds have. Google ignores those that only it sets. */
const BATCH = {
  name: "dev string",
  displayName: "dev string",
  model: "dev string",
  output: "dev struct",
  createTime: "dev string",
  endTime: "dev string",
  updateTime: "dev string",
  batchStats: "dev BatchStats",
  state: "dev #BatchState",
  priority: "dev int64",
} as const;

/** The messages of `batchGenerateContent`, `asyncBatchEmbedContent`, and of the batches that they make. */
export const BATCH_MESSAGES = {
  BatchGenerateContentRequest: { batch: "dev GenerateContentBatch" },
  AsyncBatchEmbedContentRequest: { batch: "dev EmbedContentBatch" },
  GenerateContentBatch: {
    ...BATCH,
    inputConfig: "dev InputConfig",
    webhookConfig: "dev WebhookConfig",
  },
  EmbedContentBatch: { ...BATCH, inputConfig: "dev InputEmbedContentConfig" },
  BatchStats: {
    requestCount: "dev int64",
    successfulRequestCount: "dev int64",
    failedRequestCount: "dev int64",
    pendingRequestCount: "dev int64",
  },
  WebhookConfig: { uris: "dev string[]", userMetadata: "dev struct" },
  InputConfig: { fileName: "dev string", requests: "dev InlinedRequests" },
  InlinedRequests: { requests: "dev InlinedRequest[]" },
  InlinedRequest: { request: "dev GenerateContentRequest", metadata: "dev struct" },
  InputEmbedContentConfig: { fileName: "dev string", requests: "dev InlinedEmbedContentRequests" },
  InlinedEmbedContentRequests: { requests: "dev InlinedEmbedContentRequest[]" },
  InlinedEmbedContentRequest: { request: "dev EmbedContentRequest", metadata: "dev struct" },
  // One line of an input file.
  GenerateContentLine: { key: "dev string", request: "dev GenerateContentRequest" },
  EmbedContentLine: { key: "dev string", request: "dev EmbedContentRequest" },
} as const;
