/**
 * The methods of Google's reference: those of the discovery document of v1beta, and those that the official SDKs
 * call beside them.
 *
 * @see {@link https://generativelanguage.googleapis.com/$discovery/rest?version=v1beta}
 * @module
 */

/** A method: its name in the reference, and an example of its verb and path. */
export type ReferenceMethod = readonly [name: string, request: string];

/** The methods of models, tuned models and dynamic models, by their prefix and the segment before the colon. */
const CALLS: Readonly<Record<string, readonly [parent: string, methods: readonly string[]]>> = {
  models: ["models/m", [
    "generateContent",
    "streamGenerateContent",
    "countTokens",
    "embedContent",
    "batchEmbedContents",
    "asyncBatchEmbedContent",
    "batchGenerateContent",
    "predict",
    "predictLongRunning",
    "generateAnswer",
    "generateMessage",
    "countMessageTokens",
    "generateText",
    "countTextTokens",
    "embedText",
    "batchEmbedText",
  ]],
  tunedModels: ["tunedModels/t", [
    "generateContent",
    "streamGenerateContent",
    "batchGenerateContent",
    "asyncBatchEmbedContent",
    "generateText",
    "transferOwnership",
  ]],
  dynamic: ["dynamic/d", ["generateContent", "streamGenerateContent"]],
  batches: ["batches/b", ["cancel"]],
  files: ["files", ["register"]],
  fileSearchStores: ["fileSearchStores/s", ["importFile"]],
};

const METHODS_WITH_VERBS: Readonly<Record<string, (path: string) => string>> = {
  list: (path) => `GET ${path}`,
  create: (path) => `POST ${path}`,
  get: (path) => `GET ${path}/x`,
  patch: (path) => `PATCH ${path}/x`,
  delete: (path) => `DELETE ${path}/x`,
};

/** Collections, their paths, and which of the usual methods they have. */
const COLLECTIONS: readonly (readonly [name: string, path: string, methods: string])[] = [
  ["models", "models", "list get"],
  ["models.operations", "models/m/operations", "list get"],
  ["tunedModels", "tunedModels", "list get create patch delete"],
  ["tunedModels.operations", "tunedModels/t/operations", "list get"],
  ["tunedModels.permissions", "tunedModels/t/permissions", "list get create patch delete"],
  ["cachedContents", "cachedContents", "list create get patch delete"],
  ["files", "files", "list get delete"],
  ["generatedFiles", "generatedFiles", "list"],
  ["generatedFiles.operations", "generatedFiles/g/operations", "get"],
  ["batches", "batches", "list get delete"],
  ["fileSearchStores", "fileSearchStores", "create get list delete"],
  ["fileSearchStores.documents", "fileSearchStores/s/documents", "list get delete"],
  ["fileSearchStores.operations", "fileSearchStores/s/operations", "get"],
  ["fileSearchStores.upload.operations", "fileSearchStores/s/upload/operations", "get"],
  ["corpora", "corpora", "list create get delete"],
  ["corpora.permissions", "corpora/c/permissions", "list get create patch delete"],
  ["corpora.operations", "corpora/c/operations", "get"],
  // Beside the discovery document: what the SDKs call.
  ["auth_tokens", "auth_tokens", "create"],
  ["interactions", "interactions", "create get delete"],
  ["agents", "agents", "list create get delete"],
  ["environments", "environments", "list create get delete"],
  ["triggers", "triggers", "list create get patch delete"],
  ["webhooks", "webhooks", "list create get patch delete"],
  ["credentials", "credentials", "list create get patch delete"],
  ["voices", "voices", "list create get delete"],
];

const LIVE = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.";

/** All others. */
const OTHERS: readonly ReferenceMethod[] = [
  ["files.download", "GET files/f:download"],
  ["media.upload", "POST /upload/v1beta/files"],
  [
    "media.uploadToFileSearchStore",
    "POST /upload/v1beta/fileSearchStores/s:uploadToFileSearchStore",
  ],
  ["batches.updateGenerateContentBatch", "PATCH batches/b:updateGenerateContentBatch"],
  ["batches.updateEmbedContentBatch", "PATCH batches/b:updateEmbedContentBatch"],
  ["bidiGenerateContent", `GET ${LIVE}BidiGenerateContent`],
  ["bidiGenerateContentConstrained", `GET ${LIVE}BidiGenerateContentConstrained`],
  ["BidiGenerateMusic", `GET ${LIVE}BidiGenerateMusic`],
  ["interactions.cancel", "POST interactions/i/cancel"],
  ["environmentFiles.get", "GET environments/e/files/a"],
  ["media.uploadToEnvironment", "PUT /upload/v1beta/environments/e/files/a"],
  ["triggerExecutions.list", "GET triggers/t/executions"],
  ["triggerExecutions.create", "POST triggers/t/executions"],
  ["webhooks.ping", "POST webhooks/w:ping"],
  ["webhooks.rotateSigningSecret", "POST webhooks/w:rotateSigningSecret"],
  ["decisions.create", "POST decisions"],
  ["openai.chat.completions", "POST openai/chat/completions"],
];

/** All methods. */
export const REFERENCE_METHODS: readonly ReferenceMethod[] = [
  ...Object.entries(CALLS).flatMap(([name, [parent, methods]]) =>
    methods.map((method): ReferenceMethod => [`${name}.${method}`, `POST ${parent}:${method}`])
  ),
  ...COLLECTIONS.flatMap(([name, path, methods]) =>
    methods.split(" ").map((method): ReferenceMethod => [
      `${name}.${method}`,
      METHODS_WITH_VERBS[method]?.(path) ?? "",
    ])
  ),
  ...OTHERS,
];
