/**
 * The messages that Google accepts and sends, as one table. A field's type is written in a small notation:
 * a scalar (`string`, `bool`, `int32`, `int64`, `double`, `bytes`, `struct`, `value`), an enum (`#Type`)
 * or a message (`Content`), with `[]` after it for a list and `map:` before it for a map. The prefix
 * `dev ` or `vertex ` names the only API that has the field: generativelanguage or Vertex AI. Code Assist
 * uses Vertex AI's schema.
 *
 * @see {@link https://ai.google.dev/api/generate-content}
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/reference/rest}
 * @module
 */

import { BATCH_MESSAGES } from "./batch_messages.ts";
import { EMBEDDING_MESSAGES } from "./embedding_messages.ts";
import { LIVE_MESSAGES } from "./live_messages.ts";
import { RESPONSE_MESSAGES } from "./model_responses.ts";
import { STORE_MESSAGES } from "./store_messages.ts";
import { PREDICTION_MESSAGES } from "./prediction_messages.ts";
import { SHARED_MESSAGES } from "./shared_messages.ts";
import { STORED_MESSAGES } from "./stored_messages.ts";

export { ENUMS } from "./proto_enums.ts";

/** The schema: generativelanguage's or Vertex AI's. */
export type Flavour = "dev" | "vertex";

const GENERATE_CONTENT_REQUEST = {
  model: "dev string",
  contents: "Content[]",
  systemInstruction: "Content",
  tools: "Tool[]",
  toolConfig: "ToolConfig",
  safetySettings: "SafetySetting[]",
  generationConfig: "GenerationConfig",
  cachedContent: "string",
  continuationToken: "string",
  serviceTier: "dev string",
  store: "dev bool",
  labels: "vertex map:string",
  modelArmorConfig: "vertex ModelArmorConfig",
} as const;

/** Fields of each message, by their camelCase name. */
export const MESSAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...BATCH_MESSAGES,
  ...EMBEDDING_MESSAGES,
  ...LIVE_MESSAGES,
  ...RESPONSE_MESSAGES,
  ...PREDICTION_MESSAGES,
  ...SHARED_MESSAGES,
  ...STORED_MESSAGES,
  ...STORE_MESSAGES,
  GenerateContentRequest: GENERATE_CONTENT_REQUEST,
  CountTokensRequest: {
    model: "string",
    contents: "Content[]",
    generateContentRequest: "dev GenerateContentRequest",
    instances: "vertex value[]",
    systemInstruction: "vertex Content",
    tools: "vertex Tool[]",
    generationConfig: "vertex GenerationConfig",
  },
  CodeAssistGenerateRequest: {
    model: "string",
    project: "string",
    userPromptId: "string",
    requestId: "string",
    requestType: "string",
    userAgent: "string",
    enabledCreditTypes: "string[]",
    request: "CodeAssistInnerRequest",
  },
  CodeAssistInnerRequest: { ...GENERATE_CONTENT_REQUEST, sessionId: "string" },
  CodeAssistCountRequest: { request: "CodeAssistCountInner" },
  CodeAssistCountInner: { model: "string", contents: "Content[]" },
  LoadCodeAssistRequest: {
    cloudaicompanionProject: "string",
    metadata: "ClientMetadata",
    mode: "#LoadMode",
  },
  OnboardUserRequest: {
    tierId: "string",
    cloudaicompanionProject: "string",
    metadata: "ClientMetadata",
  },
  FetchAvailableModelsRequest: { project: "string" },
  RetrieveUserQuotaRequest: { project: "string", userAgent: "string" },
  RetrieveUserQuotaSummaryRequest: { project: "string" },
  ClientMetadata: {
    ideType: "#IdeType",
    ideVersion: "string",
    ideName: "string",
    pluginType: "#PluginType",
    pluginVersion: "string",
    platform: "#Platform",
    updateChannel: "string",
    duetProject: "string",
  },
  Content: { role: "string", parts: "Part[]" },
  Part: {
    text: "string",
    inlineData: "Blob",
    fileData: "FileData",
    functionCall: "FunctionCall",
    functionResponse: "FunctionResponse",
    executableCode: "ExecutableCode",
    codeExecutionResult: "CodeExecutionResult",
    toolCall: "dev struct",
    toolResponse: "dev struct",
    thought: "bool",
    thoughtSignature: "bytes",
    videoMetadata: "VideoMetadata",
    mediaResolution: "PartMediaResolution",
    partMetadata: "dev struct",
  },
  Blob: { mimeType: "string", data: "bytes", displayName: "vertex string" },
  FileData: { mimeType: "string", fileUri: "string", displayName: "vertex string" },
  FunctionCall: {
    id: "string",
    name: "string",
    args: "struct",
    partialArgs: "vertex struct[]",
    willContinue: "vertex bool",
  },
  FunctionResponse: {
    id: "string",
    name: "string",
    response: "struct",
    parts: "FunctionResponsePart[]",
    willContinue: "bool",
    scheduling: "#Scheduling",
  },
  FunctionResponsePart: { inlineData: "Blob", fileData: "FileData" },
  ExecutableCode: { id: "dev string", language: "#Language", code: "string" },
  CodeExecutionResult: { id: "dev string", outcome: "#CodeOutcome", output: "string" },
  VideoMetadata: { startOffset: "string", endOffset: "string", fps: "double" },
  PartMediaResolution: { level: "#MediaResolution", numTokens: "int32" },
  Tool: {
    functionDeclarations: "FunctionDeclaration[]",
    googleSearch: "GoogleSearch",
    googleSearchRetrieval: "GoogleSearchRetrieval",
    codeExecution: "Empty",
    urlContext: "Empty",
    googleMaps: "GoogleMaps",
    computerUse: "ComputerUse",
    fileSearch: "dev FileSearch",
    mcpServers: "dev struct[]",
    retrieval: "vertex struct",
    enterpriseWebSearch: "vertex struct",
    parallelAiSearch: "vertex struct",
  },
  Empty: {},
  GoogleSearch: {
    timeRangeFilter: "dev Interval",
    searchTypes: "struct",
    excludeDomains: "vertex string[]",
    blockingConfidence: "vertex string",
  },
  Interval: { startTime: "string", endTime: "string" },
  GoogleSearchRetrieval: { dynamicRetrievalConfig: "DynamicRetrievalConfig" },
  DynamicRetrievalConfig: { mode: "#DynamicMode", dynamicThreshold: "double" },
  GoogleMaps: { enableWidget: "bool", authConfig: "vertex struct" },
  ComputerUse: { environment: "#Environment", excludedPredefinedFunctions: "string[]" },
  FileSearch: { fileSearchStoreNames: "string[]", metadataFilter: "string", topK: "int32" },
  FunctionDeclaration: {
    name: "string",
    description: "string",
    parameters: "Schema",
    parametersJsonSchema: "value",
    response: "Schema",
    responseJsonSchema: "value",
    behavior: "dev #Behavior",
  },
  Schema: {
    type: "#Type",
    format: "string",
    title: "string",
    description: "string",
    nullable: "bool",
    enum: "string[]",
    items: "Schema",
    minItems: "int64",
    maxItems: "int64",
    properties: "map:Schema",
    required: "string[]",
    propertyOrdering: "string[]",
    minProperties: "int64",
    maxProperties: "int64",
    minimum: "double",
    maximum: "double",
    minLength: "int64",
    maxLength: "int64",
    pattern: "string",
    anyOf: "Schema[]",
    default: "value",
    example: "value",
  },
  ToolConfig: {
    functionCallingConfig: "FunctionCallingConfig",
    retrievalConfig: "RetrievalConfig",
    includeServerSideToolInvocations: "dev bool",
  },
  FunctionCallingConfig: {
    mode: "#Mode",
    allowedFunctionNames: "string[]",
    streamFunctionCallArguments: "vertex bool",
  },
  RetrievalConfig: { latLng: "LatLng", languageCode: "string" },
  LatLng: { latitude: "double", longitude: "double" },
  SafetySetting: {
    category: "#HarmCategory",
    threshold: "#HarmBlockThreshold",
    method: "vertex #HarmBlockMethod",
  },
  ModelArmorConfig: { promptTemplateName: "string", responseTemplateName: "string" },
  GenerationConfig: {
    temperature: "double",
    topP: "double",
    topK: "double",
    candidateCount: "int32",
    maxOutputTokens: "int32",
    stopSequences: "string[]",
    responseLogprobs: "bool",
    logprobs: "int32",
    presencePenalty: "double",
    frequencyPenalty: "double",
    seed: "int32",
    responseMimeType: "string",
    responseSchema: "Schema",
    responseJsonSchema: "value",
    responseModalities: "#Modality[]",
    mediaResolution: "#MediaResolution",
    speechConfig: "SpeechConfig",
    thinkingConfig: "ThinkingConfig",
    imageConfig: "ImageConfig",
    enableAffectiveDialog: "bool",
    translationConfig: "struct",
    enableEnhancedCivicAnswers: "dev bool",
    audioTimestamp: "vertex bool",
    routingConfig: "vertex struct",
    modelSelectionConfig: "vertex struct",
  },
  ThinkingConfig: {
    includeThoughts: "bool",
    thinkingBudget: "int32",
    thinkingLevel: "#ThinkingLevel",
  },
  ImageConfig: {
    aspectRatio: "string",
    imageSize: "string",
    personGeneration: "vertex string",
    imageOutputOptions: "vertex struct",
  },
};
