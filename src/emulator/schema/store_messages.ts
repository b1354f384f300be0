/**
 * The messages of file search stores and their documents, in the notation of the schema table.
 *
 * @see {@link https://ai.google.dev/api/file-search/file-search-stores}
 * @see {@link https://ai.google.dev/api/file-search/documents}
 * @module
 */

/** The messages. Each is used in requests and responses. */
export const STORE_MESSAGES = {
  FileSearchStore: {
    name: "dev string",
    displayName: "dev string",
    embeddingModel: "dev string",
    createTime: "dev string",
    updateTime: "dev string",
    activeDocumentsCount: "dev int64",
    pendingDocumentsCount: "dev int64",
    failedDocumentsCount: "dev int64",
    sizeBytes: "dev int64",
  },
  Document: {
    name: "dev string",
    displayName: "dev string",
    customMetadata: "dev CustomMetadata[]",
    createTime: "dev string",
    updateTime: "dev string",
    state: "dev #DocumentState",
    sizeBytes: "dev int64",
    mimeType: "dev string",
  },
  ImportFileRequest: {
    fileName: "dev string",
    customMetadata: "dev CustomMetadata[]",
    chunkingConfig: "dev ChunkingConfig",
  },
  UploadToFileSearchStoreRequest: {
    displayName: "dev string",
    mimeType: "dev string",
    customMetadata: "dev CustomMetadata[]",
    chunkingConfig: "dev ChunkingConfig",
  },
  CustomMetadata: {
    key: "string",
    stringValue: "string",
    numericValue: "double",
    stringListValue: "StringList",
  },
  StringList: { values: "string[]" },
  ChunkingConfig: { whiteSpaceConfig: "WhiteSpaceConfig" },
  WhiteSpaceConfig: { maxTokensPerChunk: "int32", maxOverlapTokens: "int32" },
  UploadToFileSearchStoreOperation: {
    name: "dev string",
    metadata: "dev struct",
    done: "dev bool",
    error: "dev struct",
    response: "dev UploadToFileSearchStoreResponse",
  },
  UploadToFileSearchStoreResponse: {
    "@type": "string",
    parent: "string",
    documentName: "string",
    mimeType: "string",
    sizeBytes: "int64",
  },
} as const;
