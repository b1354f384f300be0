/**
 * The methods of file search stores and their documents.
 *
 * @see {@link https://ai.google.dev/api/file-search/file-search-stores}
 * @see {@link https://ai.google.dev/api/file-search/documents}
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { GoogleError, invalidArgument } from "../google_errors.ts";
import { parseBody } from "../http/body.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";
import { resourcePage } from "../resource_page.ts";
import { respondUpload } from "../uploads/respond_upload.ts";
import { importFile, uploadDocument } from "./add_document.ts";
import { createStore } from "./create_store.ts";
import type { StoredStore } from "./stored_store.ts";

/** The pages of stores, and of a store's documents. */
const PAGES = { defaultSize: 10, largestSize: 20 };

/**
 * Handles a method of file search stores.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondStores(call: ServiceCall): Promise<Response> {
  const { route, query, account: { ownerProject: project }, stored: { stores } } = call;
  const method = route.method.slice("fileSearchStores.".length);
  switch (method) {
    case "create":
      return createStore(call);
    case "importFile":
      return importFile(call);
    case "list": {
      const options = { ...PAGES, member: "fileSearchStores", project };
      return respondOne(call, () => resourcePage(stores.list(project), query, options));
    }
    case "get": {
      const store = stores.find(route.id, project);
      return respondOne(call, () => store.toJSON());
    }
    case "delete": {
      const store = stores.find(route.id, project);
      checkEmpty(call, { what: "FileSearchStore", isEmpty: store.documents.length === 0 });
      return respondOne(call, () => (stores.delete(store), {}));
    }
    case "documents.list":
    case "documents.get":
    case "documents.delete":
    case "operations.get":
    case "upload.operations.get":
      return respondWithin(call, stores.find(route.id, project));
    default:
      return respondUpload(call, (metadata) => uploadDocument(call, metadata));
  }
}

/** Handles a method of what a store contains. */
function respondWithin(call: ServiceCall, store: StoredStore): Promise<Response> {
  const { route, query } = call;
  const method = route.method.slice("fileSearchStores.".length);
  switch (method) {
    case "documents.list": {
      const options = { ...PAGES, member: "documents", project: store.name };
      return respondOne(call, () => resourcePage(store.documents, query, options));
    }
    case "documents.get": {
      const document = store.document(route.document);
      return respondOne(call, () => document.read());
    }
    case "documents.delete": {
      const document = store.document(route.document);
      // A document that is not processed has no chunks.
      checkEmpty(call, { what: "Document", isEmpty: document.state !== "ACTIVE" });
      return respondOne(call, () => (store.delete(document), {}));
    }
    default: {
      const inner = method === "operations.get" ? route.operation : `upload/${route.operation}`;
      const document = store.withOperation(`${store.name}/${inner}`);
      return respondOne(call, () => document.readOperation());
    }
  }
}

function respondOne(call: ServiceCall, make: () => JsonObject): Promise<Response> {
  return respondScripted(call, { model: "", make: () => [make()] });
}

/** Throws a GoogleError if what is deleted contains something, and the query does not force it. */
function checkEmpty(
  { query, rawBody }: ServiceCall,
  { what, isEmpty }: { readonly what: string; readonly isEmpty: boolean },
): void {
  parseBody(rawBody, { message: "Empty", flavour: "dev" });
  const force = (query.get("force") ?? "false").toLowerCase();
  if (force !== "true" && force !== "false") {
    throw invalidArgument(`Invalid value at 'force' (TYPE_BOOL), "${query.get("force")}"`);
  }
  if (isEmpty || force === "true") return;
  const message = `Cannot delete non-empty ${what}.`;
  throw new GoogleError(400, "FAILED_PRECONDITION", { message });
}
