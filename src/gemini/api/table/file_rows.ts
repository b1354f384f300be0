/**
 * The rows of files and uploads.
 *
 * @module
 */
import type { MethodRow } from "../method_row.ts";
import { CREATE, LIST, READ, REMOVE } from "./row_bases.ts";

/** The rows, by the methods' names. */
export const FILE_ROWS = {
  "files.list": {
    ...LIST,
    path: "files",
    kinds: { "gemini-api": "resource" },
    list: { member: "files", defaultSize: 10, largestSize: 100 },
    downloads: ["files.downloadUri"],
  },
  "files.get": {
    ...READ,
    path: "files/{file}",
    kinds: { "gemini-api": "resource" },
    downloads: ["downloadUri"],
    names: ["files"],
  },
  "files.delete": {
    ...REMOVE,
    path: "files/{file}",
    kinds: { "gemini-api": "resource" },
    names: ["files"],
  },
  "files.download": {
    ...READ,
    path: "files/{file}:download",
    kinds: { "gemini-api": "download" },
    response: "bytes",
    names: ["files"],
  },
  "files.register": {
    ...CREATE,
    path: "files:register",
    kinds: { "vertex": "register" },
    makes: ["files"],
  },
  "media.upload": {
    ...CREATE,
    prefix: "upload",
    path: "files",
    kinds: { "gemini-api": "upload" },
    body: "bytes",
    response: "upload",
    makes: ["files"],
  },
  "media.resume": {
    ...CREATE,
    verb: "PUT",
    prefix: "upload",
    path: "files",
    kinds: { "gemini-api": "upload" },
    body: "bytes",
    response: "upload",
    routing: "owner",
    makes: ["files"],
    retry: "never",
  },
} as const satisfies Readonly<Record<string, MethodRow>>;
