/**
 * One file search store, with its documents.
 *
 * @see {@link https://ai.google.dev/api/file-search/file-search-stores}
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { JsonObject } from "../../base/json.ts";
import { dropOldest } from "../drop_oldest.ts";
import { GoogleError } from "../google_errors.ts";
import { randomId } from "../random_id.ts";
import type { Listed } from "../resource_page.ts";
import { microsecondStamp } from "../timestamps.ts";
import { type DocumentSource, StoredDocument } from "./stored_document.ts";

/** Most documents, and most operations; the oldest are discarded. */
const MOST = 1000;

/** The data of a new store. */
export interface StoreSource {
  readonly id: string;
  readonly serial: number;
  readonly project: string;
  readonly displayName: string;
  readonly embeddingModel: string;
  /** Now, in ms. */
  readonly now: number;
}

/** A store. */
export class StoredStore implements Listed {
  readonly id: string;
  readonly serial: number;
  readonly project: string;
  readonly name: string;
  readonly #from: StoreSource;
  readonly #documents = new Map<string, StoredDocument>();
  /** By name; they outlive their documents. */
  readonly #operations = new Map<string, StoredDocument>();
  #updatedAt: number;
  #serial = 0;

  constructor(from: StoreSource) {
    this.id = from.id;
    this.serial = from.serial;
    this.project = from.project;
    this.name = `fileSearchStores/${from.id}`;
    this.#from = from;
    this.#updatedAt = from.now;
  }

  /** Its documents, oldest first. */
  get documents(): readonly StoredDocument[] {
    return [...this.#documents.values()];
  }

  /** Adds a document. */
  add(document: Omit<DocumentSource, "id" | "serial" | "parent">): StoredDocument {
    const id = `${randomId(12)}-${randomId(12)}`;
    const added = new StoredDocument({
      ...document,
      id,
      serial: ++this.#serial,
      parent: this.name,
    });
    this.#documents.set(id, added);
    this.#operations.set(added.operation, added);
    dropOldest(this.#documents, MOST);
    dropOldest(this.#operations, MOST);
    this.#updatedAt = document.now;
    return added;
  }

  /** Returns a document; throws a GoogleError if there is none with this id. */
  document(id: string): StoredDocument {
    const document = this.#documents.get(id);
    if (document !== undefined) return document;
    throw new GoogleError(403, "PERMISSION_DENIED", {
      message: `You do not have permission to access the Document ${id} or it may not exist.`,
    });
  }

  /** Returns the document of an operation; throws a GoogleError if there is no such operation. */
  withOperation(name: string): StoredDocument {
    const document = this.#operations.get(name);
    if (document !== undefined) return document;
    throw new GoogleError(404, "NOT_FOUND", { message: "Requested entity was not found." });
  }

  delete(document: StoredDocument): void {
    this.#documents.delete(document.id);
  }

  /** Returns the resource. Counts that are 0 are omitted, as Google omits them. */
  toJSON(): JsonObject {
    const { displayName, embeddingModel, now } = this.#from;
    const documents = this.documents;
    const count = (state: StoredDocument["state"]) =>
      text(documents.filter((document) => document.state === state).length);
    return {
      name: this.name,
      displayName,
      createTime: microsecondStamp(now),
      updateTime: microsecondStamp(this.#updatedAt),
      ...defined({
        activeDocumentsCount: count("ACTIVE"),
        pendingDocumentsCount: count("PENDING"),
        failedDocumentsCount: count("FAILED"),
        sizeBytes: text(documents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)),
      }),
      embeddingModel,
    };
  }
}

function text(count: number): string | undefined {
  return count === 0 ? undefined : String(count);
}
