/**
 * Makes the file of an upload.
 *
 * @see {@link https://ai.google.dev/api/files#method:-media.upload}
 * @module
 */
import { invalidArgument } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { objectAt, textAt } from "../json.ts";
import { parseBody } from "../http/body.ts";
import type { ServiceCall } from "../models/model_call.ts";
import type { StoredBytes } from "../uploads/stored_bytes.ts";
import type { UploadMetadata } from "../uploads/respond_upload.ts";

const MOST_DISPLAY_NAME = 512;

/** A name that a client chooses: at most 40 lower-case letters, digits and dashes. */
const FILE_NAME = /^files\/(?!-)[a-z0-9-]{1,40}(?<!-)$/;

/**
 * Checks the metadata of a new file; returns the function that makes the file from its bytes.
 *
 * @throws A GoogleError where the metadata is refused.
 */
export function createFile(
  call: ServiceCall,
  metadata: UploadMetadata,
): (content: StoredBytes) => JsonObject {
  const body = parseBody(metadata.text, { message: "CreateFileRequest", flavour: "dev" });
  const file = objectAt(body, "file");
  const name = textAt(file, "name");
  const displayName = textAt(file, "displayName");
  if (name !== undefined && !FILE_NAME.test(name)) {
    throw invalidArgument(`* CreateFileRequest.file.name: Invalid resource name: ${name}\n`);
  }
  if (displayName !== undefined && displayName.length > MOST_DISPLAY_NAME) {
    throw invalidArgument(
      `* CreateFileRequest.file.display_name: at most ${MOST_DISPLAY_NAME} characters\n`,
    );
  }
  const { mediaType = "application/octet-stream" } = metadata;
  return (content) => {
    const stored = call.stored.files.add({
      ...(name === undefined ? {} : { id: name.slice("files/".length) }),
      displayName,
      mimeType: textAt(file, "mimeType") ?? mediaType,
      project: call.account.ownerProject,
      source: "UPLOADED",
      content,
    });
    return { file: stored.toJSON() };
  };
}
