/**
 * Adds documents to file search stores: by an upload, or from a file.
 *
 * @see {@link https://ai.google.dev/api/file-search/file-search-stores#method:-media.uploadtofilesearchstore}
 * @see {@link https://ai.google.dev/api/file-search/file-search-stores#method:-filesearchstores.importfile}
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { fileNotActive } from "../files/file_errors.ts";
import { invalidArgument } from "../google_errors.ts";
import { parseBody } from "../http/body.ts";
import { objectsAt, textAt } from "../json.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";
import type { UploadMetadata } from "../uploads/respond_upload.ts";
import type { StoredBytes } from "../uploads/stored_bytes.ts";
import { checkDisplayName } from "./create_store.ts";

/** Google's limit: metadata entries of one document. */
const MOST_METADATA = 20;

/**
 * Checks the metadata of a document. Returns the function that adds the document when its bytes have arrived, and that
 * returns the started operation.
 */
export function uploadDocument(
  call: ServiceCall,
  metadata: UploadMetadata,
): (content: StoredBytes) => JsonObject {
  const { account, stored, route, now } = call;
  const message = "UploadToFileSearchStoreRequest";
  const body = parseBody(metadata.text, { message, flavour: "dev" });
  const { stores } = stored;
  const store = stores.find(route.id, account.ownerProject);
  const displayName = textAt(body, "displayName");
  checkDisplayName(displayName ?? "", message);
  const customMetadata = metadataIn(body, message);
  const { mediaType = "application/octet-stream" } = metadata;
  return (content) =>
    store.add({
      by: "upload",
      displayName,
      mimeType: textAt(body, "mimeType") ?? mediaType,
      sizeBytes: content.length,
      customMetadata,
      processing: stores.settings(account.ownerProject).processing,
      now,
    }).startedOperation();
}

/** Handles `fileSearchStores.importFile`. The file must belong to the store's project. */
export function importFile(call: ServiceCall): Promise<Response> {
  const { account: { ownerProject: project }, stored, route, now } = call;
  const message = "ImportFileRequest";
  const body = parseBody(call.rawBody, { message, flavour: "dev" });
  const { stores, files } = stored;
  const store = stores.find(route.id, project);
  const fileName = textAt(body, "fileName") ?? "";
  const [, id] = /^files\/([a-z0-9-]+)$/.exec(fileName) ?? [];
  if (id === undefined) {
    const why = fileName === ""
      ? "file_name is not specified"
      : `Invalid resource name: ${fileName}`;
    throw invalidArgument(`* ${message}.file_name: ${why}\n`);
  }
  const file = files.find(id, project);
  if (file.state !== "ACTIVE") throw fileNotActive(id);
  const customMetadata = metadataIn(body, message);
  const make = () => [
    store.add({
      by: "import",
      displayName: textAt(file.toJSON(), "displayName"),
      mimeType: file.mimeType,
      sizeBytes: file.content?.length ?? 0,
      customMetadata,
      processing: stores.settings(project).processing,
      now,
    }).startedOperation(),
  ];
  return respondScripted(call, { model: "", make });
}

function metadataIn(body: JsonObject, message: string): unknown {
  const metadata = objectsAt(body, "customMetadata");
  if (metadata.length > MOST_METADATA) {
    throw invalidArgument(`* ${message}.custom_metadata: at most ${MOST_METADATA} items\n`);
  }
  if (metadata.some((item) => !textAt(item, "key"))) {
    throw invalidArgument(`* ${message}.custom_metadata.key: key is not specified\n`);
  }
  return metadata.length === 0 ? undefined : metadata;
}
