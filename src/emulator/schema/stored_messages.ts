/**
 * The messages of resources that Google stores for a client, files, caches and file search stores, in
 * the notation of the schema table.
 *
 * @see {@link https://ai.google.dev/api/files}
 * @see {@link https://ai.google.dev/api/caching}
 * @see {@link https://ai.google.dev/api/file-search/file-search-stores}
 * @module
 */

/** The messages of `files`, `cachedContents` and `fileSearchStores`. Each is used in requests and responses. */
export const STORED_MESSAGES = {
  CreateFileRequest: { file: "dev File" },
  RegisterFilesRequest: { uris: "dev string[]" },
  File: {
    name: "dev string",
    displayName: "dev string",
    mimeType: "dev string",
    sizeBytes: "dev int64",
    createTime: "dev string",
    updateTime: "dev string",
    expirationTime: "dev string",
    sha256Hash: "dev bytes",
    uri: "dev string",
    downloadUri: "dev string",
    state: "dev #FileState",
    source: "dev #FileSource",
    videoMetadata: "dev VideoFileMetadata",
    error: "dev struct",
  },
  VideoFileMetadata: { videoDuration: "dev string" },
  CachedContent: {
    name: "string",
    displayName: "string",
    model: "string",
    systemInstruction: "Content",
    contents: "Content[]",
    tools: "Tool[]",
    toolConfig: "ToolConfig",
    ttl: "string",
    expireTime: "string",
    createTime: "string",
    updateTime: "string",
    usageMetadata: "CachedContentUsage",
    encryptionSpec: "vertex struct",
  },
  CachedContentUsage: {
    totalTokenCount: "int32",
    textCount: "vertex int32",
    imageCount: "vertex int32",
    videoDurationSeconds: "vertex int32",
    audioDurationSeconds: "vertex int32",
  },
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
