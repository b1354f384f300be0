/**
 * The rows of file search stores and their documents. What a store contains has the store's owner.
 *
 * @see {@link https://ai.google.dev/api/file-search/file-search-stores}
 * @see {@link https://ai.google.dev/api/file-search/documents}
 * @module
 */
import type { MethodRow } from "../method_row.ts";
import { ACT, CREATE, LIST, READ, REMOVE } from "./row_bases.ts";

const STORE = { kinds: { "gemini-api": "resource" }, names: ["fileSearchStores"] } as const;

const UPLOAD = {
  ...ACT,
  prefix: "upload",
  path: "fileSearchStores/{store}:uploadToFileSearchStore",
  kinds: { "gemini-api": "upload" },
  body: "bytes",
  response: "upload",
  names: STORE.names,
} as const;

/** The rows, by the methods' names. */
export const STORE_ROWS = {
  "fileSearchStores.create": {
    ...CREATE,
    path: "fileSearchStores",
    kinds: STORE.kinds,
    makes: STORE.names,
    // An import names the store and a file.
    joinsUploads: true,
  },
  "fileSearchStores.list": {
    ...LIST,
    path: "fileSearchStores",
    kinds: STORE.kinds,
    list: { member: "fileSearchStores", defaultSize: 10, largestSize: 20 },
  },
  "fileSearchStores.get": { ...READ, ...STORE, path: "fileSearchStores/{store}" },
  "fileSearchStores.delete": { ...REMOVE, ...STORE, path: "fileSearchStores/{store}" },
  "fileSearchStores.importFile": {
    ...ACT,
    path: "fileSearchStores/{store}:importFile",
    kinds: STORE.kinds,
    names: ["fileSearchStores", "files"],
  },
  "media.uploadToFileSearchStore": UPLOAD,
  "media.resumeToFileSearchStore": { ...UPLOAD, verb: "PUT", retry: "never" },
  "fileSearchStores.operations.get": {
    ...READ,
    ...STORE,
    path: "fileSearchStores/{store}/operations/{operation}",
  },
  "fileSearchStores.upload.operations.get": {
    ...READ,
    ...STORE,
    path: "fileSearchStores/{store}/upload/operations/{operation}",
  },
  "fileSearchStores.documents.list": {
    ...READ,
    ...STORE,
    path: "fileSearchStores/{store}/documents",
  },
  "fileSearchStores.documents.get": {
    ...READ,
    ...STORE,
    path: "fileSearchStores/{store}/documents/{document}",
  },
  "fileSearchStores.documents.delete": {
    ...REMOVE,
    ...STORE,
    path: "fileSearchStores/{store}/documents/{document}",
  },
} as const satisfies Readonly<Record<string, MethodRow>>;
