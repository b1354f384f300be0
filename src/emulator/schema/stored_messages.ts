/**
 * The messages of files and caches, in the notation of the schema table.
 *
 * @see {@link https://ai.google.dev/api/files}
 * @see {@link https://ai.google.dev/api/caching}
 * @module
 */

/** The messages of `files` and `cachedContents`. Each is used in requests and responses. */
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
} as const;
