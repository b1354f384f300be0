/**
 * Uploads of files: in one request, or in a resumable session.
 *
 * @see {@link https://ai.google.dev/api/files#method:-media.upload}
 * @module
 */
import { parseBody } from "../http/body.ts";
import { prettyJson } from "../http/framing.ts";
import { GoogleError, invalidArgument } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { objectAt, textAt } from "../json.ts";
import type { ServiceCall } from "../models/model_call.ts";
import { boundaryOf, MultipartRelated } from "./multipart_related.ts";
import { type PreparedResponse, respondBytes } from "../script/bytes_outcome.ts";
import { respondSession, sessionHeaders } from "./respond_session.ts";
import { StoredBytes } from "./stored_bytes.ts";
import { numberIn, uploadCommand, uploadKind } from "./upload_protocol.ts";

/** Google's limit for a file, in bytes. */
const MOST_FILE_BYTES = 2 * 1024 * 1024 * 1024;

const MOST_DISPLAY_NAME = 512;

/** A name that a client chooses: at most 40 lower-case letters, digits and dashes. */
const FILE_NAME = /^files\/(?!-)[a-z0-9-]{1,40}(?<!-)$/;

const JSON_TYPE = "application/json; charset=UTF-8";

/** The metadata of a new file. */
interface Metadata {
  readonly id: string | undefined;
  readonly displayName: string | undefined;
  readonly mimeType: string;
}

/**
 * Handles a request to an upload path.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondUpload(call: ServiceCall): Promise<Response> {
  const { request, query } = call;
  switch (uploadKind(request.headers, query)) {
    case "session":
      return respondSession(call);
    case "start":
      if (uploadCommand(request.headers) !== "start") {
        throw invalidArgument(
          'Invalid request.  The "X-Goog-Upload-Command" header must be "start".',
        );
      }
      return startSession(call, "google");
    case "start-range":
      return startSession(call, "range");
    case "multipart":
      return uploadMultipart(call);
    case "raw":
      return uploadRaw(call);
    case undefined:
      throw invalidArgument("Invalid request.  The upload protocol is not specified.");
  }
}

function startSession(call: ServiceCall, protocol: "google" | "range"): Promise<Response> {
  const { headers } = call.request;
  const [lengthHeader, typeHeader] = protocol === "google"
    ? ["x-goog-upload-header-content-length", "x-goog-upload-header-content-type"]
    : ["x-upload-content-length", "x-upload-content-type"];
  const metadata = readMetadata(call.rawBody, headers.get(typeHeader) ?? undefined);
  const declaredLength = numberIn(headers, lengthHeader);
  if (declaredLength !== undefined) checkLength(declaredLength);
  return respondBytes(call, () => {
    const session = call.stored.uploads.start({
      account: call.account,
      path: new URL(call.request.url).pathname,
      protocol,
      declaredLength,
      finish: (content) => create(call, { metadata, content }),
    });
    return { status: 200, headers: sessionHeaders(session, call.origin), body: "" };
  });
}

async function uploadMultipart(call: ServiceCall): Promise<Response> {
  const boundary = boundaryOf(call.request.headers.get("content-type") ?? "");
  if (boundary === undefined) {
    throw invalidArgument("Invalid multipart request: the content type must be multipart/related.");
  }
  return await respondBytes(call, async () => {
    const body = new MultipartRelated(call.bytes.read(), boundary);
    const head = await body.head();
    if (head === undefined) {
      throw invalidArgument("Invalid multipart request with 0 mime parts.");
    }
    return await uploadWhole(call, {
      metadata: readMetadata(head.metadata, head.mediaType),
      bytes: body.media(),
    });
  });
}

function uploadRaw(call: ServiceCall): Promise<Response> {
  const type = call.request.headers.get("content-type") ?? undefined;
  const metadata = readMetadata("", type);
  return respondBytes(call, () => uploadWhole(call, { metadata, bytes: call.bytes.read() }));
}

async function uploadWhole(
  call: ServiceCall,
  upload: { readonly metadata: Metadata; readonly bytes: AsyncIterable<Uint8Array> },
): Promise<PreparedResponse> {
  const content = new StoredBytes(call.stored.uploads.keptBytes);
  for await (const piece of upload.bytes) content.write(piece);
  checkLength(content.length);
  const file = create(call, { metadata: upload.metadata, content });
  return { status: 200, headers: { "content-type": JSON_TYPE }, body: prettyJson(file) };
}

function create(
  call: ServiceCall,
  from: { readonly metadata: Metadata; readonly content: StoredBytes },
): JsonObject {
  const { id, displayName, mimeType } = from.metadata;
  const file = call.stored.files.add({
    ...(id === undefined ? {} : { id }),
    displayName,
    mimeType,
    project: call.account.ownerProject,
    source: "UPLOADED",
    content: from.content,
  });
  return { file: file.toJSON() };
}

function readMetadata(text: string, mediaType: string | undefined): Metadata {
  const body = parseBody(text, { message: "CreateFileRequest", flavour: "dev" });
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
  const mimeType = textAt(file, "mimeType") ?? mediaType ?? "application/octet-stream";
  return { id: name?.slice("files/".length), displayName, mimeType };
}

function checkLength(length: number): void {
  if (length <= MOST_FILE_BYTES) return;
  throw new GoogleError(400, "INVALID_ARGUMENT", {
    message: `The file is too large: ${length} bytes, the limit is ${MOST_FILE_BYTES} bytes.`,
  });
}
