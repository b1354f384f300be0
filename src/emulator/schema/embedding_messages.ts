/**
 * The messages of embeddings, in the notation of the schema table.
 *
 * @see {@link https://ai.google.dev/api/embeddings}
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api}
 * @see {@link https://docs.cloud.google.com/python/docs/reference/aiplatform/latest/google.cloud.aiplatform_v1beta1.types.EmbedContentRequest}
 * @module
 */

const VERTEX_CONFIG = {
  taskType: "vertex #EmbedContentRequest.EmbeddingTaskType",
  title: "vertex string",
  outputDimensionality: "vertex int32",
  autoTruncate: "vertex bool",
} as const;

/** The messages of `embedContent`, `batchEmbedContents`, and Vertex AI's `predict`. */
export const EMBEDDING_MESSAGES = {
  EmbedContentRequest: {
    model: "dev string",
    content: "dev Content",
    taskType: "dev #TaskType",
    title: "dev string",
    outputDimensionality: "dev int32",
  },
  // The settings beside `embedContentConfig` are deprecated. The model is only in the path.
  VertexEmbedContentRequest: {
    content: "vertex Content",
    ...VERTEX_CONFIG,
    embedContentConfig: "vertex EmbedContentConfig",
  },
  EmbedContentConfig: {
    ...VERTEX_CONFIG,
    documentOcr: "vertex bool",
    audioTrackExtraction: "vertex bool",
  },
  BatchEmbedContentsRequest: { model: "dev string", requests: "dev EmbedContentRequest[]" },
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
  // The names in the two APIs differ by one letter.
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
