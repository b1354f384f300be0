/**
 * The methods of file search stores that clients were recorded with: create, upload, delete.
 *
 * @see {@link https://ai.google.dev/api/file-search/file-search-stores}
 * @module
 */
import { GoogleError, invalidArgument } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { parseBody } from "../http/body.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";
import { respondUpload, type UploadMetadata } from "../uploads/respond_upload.ts";
import type { StoredBytes } from "../uploads/stored_bytes.ts";
import { textAt } from "../json.ts";

const OPERATION_TYPE =
  "type.googleapis.com/google.ai.generativelanguage.v1main.UploadToFileSearchStoreResponse";

/**
 * Handles a method of file search stores.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondStores(call: ServiceCall): Promise<Response> {
  switch (call.route.method) {
    case "fileSearchStores.create":
      return createStore(call);
    case "fileSearchStores.delete":
      return deleteStore(call);
    default:
      return respondUpload(call, (metadata) => addDocument(call, metadata));
  }
}

function createStore(call: ServiceCall): Promise<Response> {
  const { account, stored } = call;
  const body = parseBody(call.rawBody, { message: "FileSearchStore", flavour: "dev" });
  const store = {
    displayName: textAt(body, "displayName") ?? "",
    embeddingModel: textAt(body, "embeddingModel") ?? "models/gemini-embedding-001",
  };
  const make = () => [stored.stores.add(account.ownerProject, store).resource];
  return respondScripted(call, { model: "", make });
}

function deleteStore(call: ServiceCall): Promise<Response> {
  const { account, stored, route, query } = call;
  parseBody(call.rawBody, { message: "Empty", flavour: "dev" });
  const force = (query.get("force") ?? "false").toLowerCase();
  if (force !== "true" && force !== "false") {
    throw invalidArgument(`Invalid value at 'force' (TYPE_BOOL), "${query.get("force")}"`);
  }
  const store = stored.stores.find(route.id, account.ownerProject);
  if (force === "false" && store.documents.size > 0) {
    const message = "Cannot delete non-empty FileSearchStore.";
    throw new GoogleError(400, "FAILED_PRECONDITION", { message });
  }
  const make = () => {
    stored.stores.delete(store);
    return [{}];
  };
  return respondScripted(call, { model: "", make });
}

/** Checks the metadata of a document; returns what makes the operation that adds it. */
function addDocument(
  call: ServiceCall,
  metadata: UploadMetadata,
): (content: StoredBytes) => JsonObject {
  const { account, stored, route } = call;
  const message = "UploadToFileSearchStoreRequest";
  const body = parseBody(metadata.text, { message, flavour: "dev" });
  const store = stored.stores.find(route.id, account.ownerProject);
  const { mediaType = "application/octet-stream" } = metadata;
  return (content) => {
    const id = stored.stores.addDocument(store);
    const parent = `fileSearchStores/${store.id}`;
    return {
      name: `${parent}/upload/operations/${id}`,
      response: {
        "@type": OPERATION_TYPE,
        parent,
        documentName: `${parent}/documents/${id}`,
        mimeType: textAt(body, "mimeType") ?? mediaType,
        sizeBytes: String(content.length),
      },
    };
  };
}
