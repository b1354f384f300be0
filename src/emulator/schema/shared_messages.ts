/**
 * The messages of tuned models, corpora, their permissions, and answers, in the notation of the schema table.
 *
 * @see {@link https://github.com/googleapis/googleapis/tree/master/google/ai/generativelanguage/v1beta}
 * @module
 */

/** The messages of `tunedModels`, `corpora`, `permissions` and `generateAnswer`. */
export const SHARED_MESSAGES = {
  TunedModel: {
    name: "dev string",
    tunedModelSource: "dev TunedModelSource",
    baseModel: "dev string",
    displayName: "dev string",
    description: "dev string",
    temperature: "dev double",
    topP: "dev double",
    topK: "dev int32",
    state: "dev string",
    createTime: "dev string",
    updateTime: "dev string",
    tuningTask: "dev TuningTask",
    readerProjectNumbers: "dev string[]",
  },
  TunedModelSource: { tunedModel: "dev string", baseModel: "dev string" },
  TuningTask: {
    startTime: "dev string",
    completeTime: "dev string",
    snapshots: "dev struct[]",
    trainingData: "dev TuningDataset",
    hyperparameters: "dev Hyperparameters",
  },
  TuningDataset: { examples: "dev TuningExamples" },
  TuningExamples: { examples: "dev TuningExample[]" },
  TuningExample: { textInput: "dev string", output: "dev string" },
  Hyperparameters: {
    learningRate: "dev double",
    learningRateMultiplier: "dev double",
    epochCount: "dev int32",
    batchSize: "dev int32",
  },
  TransferOwnershipRequest: { emailAddress: "dev string" },
  Permission: {
    name: "dev string",
    granteeType: "dev #GranteeType",
    emailAddress: "dev string",
    role: "dev #PermissionRole",
  },
  Corpus: {
    name: "dev string",
    displayName: "dev string",
    createTime: "dev string",
    updateTime: "dev string",
  },
  GenerateAnswerRequest: {
    model: "dev string",
    contents: "dev Content[]",
    answerStyle: "dev #AnswerStyle",
    inlinePassages: "dev GroundingPassages",
    semanticRetriever: "dev SemanticRetrieverConfig",
    safetySettings: "dev SafetySetting[]",
    temperature: "dev double",
  },
  GroundingPassages: { passages: "dev GroundingPassage[]" },
  GroundingPassage: { id: "dev string", content: "dev Content" },
  SemanticRetrieverConfig: {
    source: "dev string",
    query: "dev Content",
    metadataFilters: "dev struct[]",
    maxChunksCount: "dev int32",
    minimumRelevanceScore: "dev double",
  },
} as const;

/** Their enums. */
export const SHARED_ENUMS = {
  GranteeType: ["GRANTEE_TYPE_UNSPECIFIED", "USER", "GROUP", "EVERYONE"],
  PermissionRole: ["ROLE_UNSPECIFIED", "OWNER", "WRITER", "READER"],
  AnswerStyle: ["ANSWER_STYLE_UNSPECIFIED", "ABSTRACTIVE", "EXTRACTIVE", "VERBOSE"],
} as const;
