/**
 * The messages of images, videos and other long-running work, in the notation of the schema table.
 *
 * @see {@link https://ai.google.dev/api/models#method:-models.predictlongrunning}
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation}
 * @module
 */

/** What is in an image that a request contains. */
const IMAGE = { bytesBase64Encoded: "bytes", gcsUri: "vertex string", mimeType: "string" } as const;

/** The messages of `predictLongRunning`, of `predict` for images, and of `fetchPredictOperation`. */
export const PREDICTION_MESSAGES = {
  PredictLongRunningRequest: {
    instances: "VideoInstance[]",
    parameters: "VideoParameters",
    webhookConfig: "dev struct",
    labels: "vertex map:string",
  },
  VideoInstance: {
    prompt: "string",
    image: "VideoImage",
    video: "VideoInput",
    lastFrame: "VideoImage",
    referenceImages: "ReferenceImage[]",
    mask: "vertex struct",
  },
  VideoImage: { ...IMAGE, inlineData: "dev Blob" },
  ReferenceImage: { image: "VideoImage", referenceType: "string" },
  VideoInput: {
    uri: "dev string",
    encodedVideo: "dev bytes",
    encoding: "dev string",
    gcsUri: "vertex string",
    bytesBase64Encoded: "vertex bytes",
    mimeType: "vertex string",
  },
  VideoParameters: {
    sampleCount: "int32",
    aspectRatio: "string",
    durationSeconds: "int32",
    enhancePrompt: "bool",
    negativePrompt: "string",
    personGeneration: "string",
    resolution: "string",
    seed: "vertex int32",
    storageUri: "vertex string",
    generateAudio: "vertex bool",
    fps: "vertex int32",
    pubsubTopic: "vertex string",
    compressionQuality: "vertex string",
    resizeMode: "vertex string",
  },
  FetchPredictOperationRequest: { operationName: "vertex string" },
  Operation: {
    name: "string",
    metadata: "struct",
    done: "bool",
    error: "struct",
    response: "struct",
  },
} as const;
