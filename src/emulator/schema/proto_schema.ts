/**
 * The messages that Google accepts and sends, as one table. A field's type is written in a small notation:
 * a scalar (`string`, `bool`, `int32`, `int64`, `double`, `bytes`, `struct`, `value`), an enum (`#Type`)
 * or a message (`Content`), with `[]` after it for a list and `map:` before it for a map. A prefix
 * `dev ` or `vertex ` names the only API that has the field: generativelanguage, or Vertex AI, whose
 * schema Code Assist uses.
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
import { SHARED_ENUMS, SHARED_MESSAGES } from "./shared_messages.ts";
import { STORED_MESSAGES } from "./stored_messages.ts";

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

/** Values of each enum; a value's index is its number on the wire, and "" is a number without a name. */
export const ENUMS: Readonly<Record<string, readonly string[]>> = {
  ...SHARED_ENUMS,
  Type: words("TYPE_UNSPECIFIED STRING NUMBER INTEGER BOOLEAN ARRAY OBJECT NULL"),
  Mode: words("MODE_UNSPECIFIED AUTO ANY NONE VALIDATED"),
  DynamicMode: words("MODE_UNSPECIFIED MODE_DYNAMIC"),
  Modality: words("MODALITY_UNSPECIFIED TEXT IMAGE AUDIO VIDEO DOCUMENT"),
  MediaResolution: words("UNSPECIFIED LOW MEDIUM HIGH ULTRA_HIGH", "MEDIA_RESOLUTION_"),
  ThinkingLevel: words("THINKING_LEVEL_UNSPECIFIED LOW HIGH MEDIUM MINIMAL XHIGH"),
  HarmCategory: words(
    "UNSPECIFIED DEROGATORY TOXICITY VIOLENCE SEXUAL MEDICAL DANGEROUS HARASSMENT HATE_SPEECH " +
      "SEXUALLY_EXPLICIT DANGEROUS_CONTENT CIVIC_INTEGRITY",
    "HARM_CATEGORY_",
  ),
  HarmBlockThreshold: words(
    "HARM_BLOCK_THRESHOLD_UNSPECIFIED BLOCK_LOW_AND_ABOVE BLOCK_MEDIUM_AND_ABOVE BLOCK_ONLY_HIGH " +
      "BLOCK_NONE OFF",
  ),
  HarmBlockMethod: words("HARM_BLOCK_METHOD_UNSPECIFIED SEVERITY PROBABILITY"),
  HarmProbability: words("HARM_PROBABILITY_UNSPECIFIED NEGLIGIBLE LOW MEDIUM HIGH"),
  Language: words("LANGUAGE_UNSPECIFIED PYTHON"),
  CodeOutcome: words("UNSPECIFIED OK FAILED DEADLINE_EXCEEDED", "OUTCOME_"),
  Behavior: words("UNSPECIFIED BLOCKING NON_BLOCKING"),
  Scheduling: words("SCHEDULING_UNSPECIFIED SILENT WHEN_IDLE INTERRUPT"),
  Environment: words("UNSPECIFIED BROWSER", "ENVIRONMENT_"),
  LoadMode: words("MODE_UNSPECIFIED FULL_ELIGIBILITY_CHECK HEALTH_CHECK"),
  IdeType: words(
    "IDE_UNSPECIFIED VSCODE INTELLIJ VSCODE_CLOUD_WORKSTATION INTELLIJ_CLOUD_WORKSTATION " +
      "CLOUD_SHELL CIDER CLOUD_WORKSTATION ECLIPSE GEMINI_CLI",
  ),
  PluginType: words("PLUGIN_UNSPECIFIED CLOUD_CODE GEMINI AIPLUGIN_INTELLIJ AIPLUGIN_STUDIO"),
  Platform: words(
    "PLATFORM_UNSPECIFIED DARWIN_AMD64 DARWIN_ARM64 LINUX_AMD64 LINUX_ARM64 WINDOWS_AMD64",
  ),
  FinishReason: words(
    "FINISH_REASON_UNSPECIFIED STOP MAX_TOKENS SAFETY RECITATION OTHER LANGUAGE BLOCKLIST " +
      "PROHIBITED_CONTENT SPII MALFORMED_FUNCTION_CALL IMAGE_SAFETY UNEXPECTED_TOOL_CALL " +
      "TOO_MANY_TOOL_CALLS IMAGE_PROHIBITED_CONTENT IMAGE_OTHER NO_IMAGE IMAGE_RECITATION " +
      // Vertex AI's names, whose numbers differ.
      "MODEL_ARMOR",
  ),
  BlockReason: words(
    "BLOCK_REASON_UNSPECIFIED SAFETY OTHER BLOCKLIST PROHIBITED_CONTENT IMAGE_SAFETY MODEL_ARMOR",
  ),
  TrafficType: words(
    "TRAFFIC_TYPE_UNSPECIFIED ON_DEMAND ON_DEMAND_PRIORITY ON_DEMAND_FLEX ON_DEMAND_OFFPEAK " +
      "PROVISIONED_THROUGHPUT",
  ),
  UrlRetrievalStatus: words("UNSPECIFIED SUCCESS ERROR PAYWALL UNSAFE", "URL_RETRIEVAL_STATUS_"),
  TaskType: words(
    "TASK_TYPE_UNSPECIFIED RETRIEVAL_QUERY RETRIEVAL_DOCUMENT SEMANTIC_SIMILARITY CLASSIFICATION " +
      "CLUSTERING QUESTION_ANSWERING FACT_VERIFICATION CODE_RETRIEVAL_QUERY",
  ),
  // Vertex AI uses other numbers: there is no 1.
  "EmbedContentRequest.EmbeddingTaskType": [
    "UNSPECIFIED",
    "",
    ...words(
      "RETRIEVAL_QUERY RETRIEVAL_DOCUMENT SEMANTIC_SIMILARITY CLASSIFICATION CLUSTERING " +
        "QUESTION_ANSWERING FACT_VERIFICATION CODE_RETRIEVAL_QUERY",
    ),
  ],
  // FAILED is 10.
  DocumentState: [
    "STATE_UNSPECIFIED",
    "STATE_PENDING",
    "STATE_ACTIVE",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "STATE_FAILED",
  ],
  FileState: ["STATE_UNSPECIFIED", "PROCESSING", "ACTIVE", "", "", "", "", "", "", "", "FAILED"],
  BatchState: words(
    "UNSPECIFIED PENDING RUNNING SUCCEEDED FAILED CANCELLED EXPIRED",
    "BATCH_STATE_",
  ),
  FileSource: words("SOURCE_UNSPECIFIED UPLOADED GENERATED REGISTERED"),
  ActivityHandling: words(
    "ACTIVITY_HANDLING_UNSPECIFIED START_OF_ACTIVITY_INTERRUPTS NO_INTERRUPTION",
  ),
  TurnCoverage: words(
    "TURN_COVERAGE_UNSPECIFIED TURN_INCLUDES_ONLY_ACTIVITY TURN_INCLUDES_ALL_INPUT " +
      "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO",
  ),
  StartSensitivity: words("UNSPECIFIED HIGH LOW", "START_SENSITIVITY_"),
  EndSensitivity: words("UNSPECIFIED HIGH LOW", "END_SENSITIVITY_"),
};

function words(list: string, prefix = ""): string[] {
  return list.split(" ").map((word) => prefix + word);
}
