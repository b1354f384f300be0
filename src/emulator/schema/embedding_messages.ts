/**
 * The messages of embeddings, in the notation of the schema table.
 *
 * @see {@link https://ai.google.dev/api/embeddings}
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api}
 * @module
 */

/** Of `embedContent`, `batchEmbedContents`, and Vertex AI's `predict`. */
export const EMBEDDING_MESSAGES = {
  EmbedContentRequest: {
    model: "string",
    content: "Content",
    taskType: "#TaskType",
    title: "string",
    outputDimensionality: "int32",
    autoTruncate: "vertex bool",
    embedContentConfig: "vertex EmbedContentConfig",
  },
  EmbedContentConfig: {
    taskType: "#TaskType",
    title: "string",
    outputDimensionality: "int32",
    autoTruncate: "bool",
    documentOcr: "bool",
    audioTrackExtraction: "bool",
  },
  BatchEmbedContentsRequest: { model: "string", requests: "EmbedContentRequest[]" },
  EmbedContentResponse: {
    embedding: "ContentEmbedding",
    usageMetadata: "EmbeddingUsage",
    truncated: "vertex bool",
  },
  BatchEmbedContentsResponse: {
    embeddings: "ContentEmbedding[]",
    usageMetadata: "EmbeddingUsage",
  },
  ContentEmbedding: { values: "double[]" },
  // The two APIs differ in a letter.
  EmbeddingUsage: {
    promptTokenCount: "int32",
    promptTokenDetails: "dev ModalityTokenCount[]",
    promptTokensDetails: "vertex ModalityTokenCount[]",
    totalTokenCount: "vertex int32",
  },
  PredictRequest: { instances: "value[]", parameters: "value", labels: "vertex map:string" },
  PredictResponse: {
    predictions: "value[]",
    metadata: "value",
    deployedModelId: "string",
    model: "string",
    modelVersionId: "string",
    modelDisplayName: "string",
  },
} as const;
