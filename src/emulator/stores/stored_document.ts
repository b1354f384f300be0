/**
 * One document of a file search store, and the operation that adds it.
 *
 * @see {@link https://ai.google.dev/api/file-search/documents}
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { JsonObject } from "../../base/json.ts";
import type { Listed } from "../resource_page.ts";
import { microsecondStamp } from "../timestamps.ts";

/** How new documents are processed. */
export interface DocumentProcessing {
  /** How often reads of the operation or the document still report that it is pending; default 0. */
  readonly reads?: number;
  /** Default ACTIVE. */
  readonly end?: "ACTIVE" | "FAILED";
}

/** The data of a new document. */
export interface DocumentSource {
  readonly id: string;
  readonly serial: number;
  /** Name of its store. */
  readonly parent: string;
  /** How it is added: by an upload, or from a file. */
  readonly by: "upload" | "import";
  readonly displayName: string | undefined;
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly customMetadata: unknown;
  readonly processing: DocumentProcessing;
  /** Now, in ms. */
  readonly now: number;
}

const OPERATIONS = {
  upload: { path: "upload/operations", type: "UploadToFileSearchStoreResponse" },
  import: { path: "operations", type: "ImportFileResponse" },
} as const;

/** A document. */
export class StoredDocument implements Listed {
  readonly id: string;
  readonly serial: number;
  readonly name: string;
  /** Name of the operation that adds it. */
  readonly operation: string;
  readonly sizeBytes: number;
  readonly #from: DocumentSource;
  #readsLeft: number;

  constructor(from: DocumentSource) {
    this.id = from.id;
    this.serial = from.serial;
    this.name = `${from.parent}/documents/${from.id}`;
    this.operation = `${from.parent}/${OPERATIONS[from.by].path}/${from.id}`;
    this.sizeBytes = from.sizeBytes;
    this.#from = from;
    this.#readsLeft = from.processing.reads ?? 0;
  }

  get state(): "PENDING" | "ACTIVE" | "FAILED" {
    return this.#readsLeft > 0 ? "PENDING" : this.#from.processing.end ?? "ACTIVE";
  }

  /** The resource; counts as a read. */
  read(): JsonObject {
    const resource = this.toJSON();
    this.#readsLeft = Math.max(0, this.#readsLeft - 1);
    return resource;
  }

  /** The operation, as a read of it shows it; counts as a read. */
  readOperation(): JsonObject {
    const { state, operation: name } = this;
    this.#readsLeft = Math.max(0, this.#readsLeft - 1);
    switch (state) {
      case "PENDING":
        return { name };
      case "ACTIVE":
        return { name, done: true, response: this.#response() };
      case "FAILED":
        return { name, done: true, error: { code: 3, message: "Failed to process the document." } };
    }
  }

  /** The operation, as the response to an upload shows it: without `done` even if it has ended. */
  startedOperation(): JsonObject {
    const isKnown = this.state === "ACTIVE" && this.#from.by === "upload";
    return { name: this.operation, ...(isKnown ? { response: this.#response() } : {}) };
  }

  toJSON(): JsonObject {
    const { displayName, customMetadata, now, mimeType } = this.#from;
    return {
      name: this.name,
      ...defined({ displayName, customMetadata }),
      updateTime: microsecondStamp(now),
      createTime: microsecondStamp(now),
      state: `STATE_${this.state}`,
      sizeBytes: String(this.sizeBytes),
      mimeType,
    };
  }

  #response(): JsonObject {
    const { by, parent, mimeType } = this.#from;
    return {
      "@type": `type.googleapis.com/google.ai.generativelanguage.v1main.${OPERATIONS[by].type}`,
      parent,
      documentName: this.name,
      ...(by === "upload" ? { mimeType, sizeBytes: String(this.sizeBytes) } : {}),
    };
  }
}
