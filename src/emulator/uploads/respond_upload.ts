/**
 * Uploads: in one request, or in a resumable session.
 *
 * @see {@link https://ai.google.dev/api/files#method:-media.upload}
 * @module
 */
import { prettyJson } from "../http/framing.ts";
import { invalidArgument } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import type { ServiceCall } from "../models/model_call.ts";
import { boundaryOf, MultipartRelated } from "./multipart_related.ts";
import { type PreparedResponse, respondBytes } from "../script/bytes_outcome.ts";
import { respondSession, sessionHeaders } from "./respond_session.ts";
import { MOST_FILE_BYTES, tooLong } from "./upload_session.ts";
import { StoredBytes } from "./stored_bytes.ts";
import { numberIn, uploadCommand, uploadKind } from "./upload_protocol.ts";

const JSON_TYPE = "application/json; charset=UTF-8";

/** The metadata that a client sends before the bytes. */
export interface UploadMetadata {
  /** The message as JSON; empty if there is none. */
  readonly text: string;
  /** Media type of the bytes. */
  readonly mediaType: string | undefined;
}

/**
 * Checks the metadata, and returns the function that makes the resource from the bytes.
 *
 * @throws A GoogleError where the metadata is refused.
 */
export type ReadMetadata = (metadata: UploadMetadata) => (content: StoredBytes) => JsonObject;

/**
 * Handles a request to an upload path.
 *
 * @param readMetadata Checks the metadata.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondUpload(
  call: ServiceCall,
  readMetadata: ReadMetadata,
): Promise<Response> {
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
      return startSession(call, { protocol: "google", readMetadata });
    case "start-range":
      return startSession(call, { protocol: "range", readMetadata });
    case "multipart":
      return uploadMultipart(call, readMetadata);
    case "raw":
      return uploadRaw(call, readMetadata);
    case undefined:
      throw invalidArgument("Invalid request.  The upload protocol is not specified.");
  }
}

function startSession(
  call: ServiceCall,
  start: { readonly protocol: "google" | "range"; readonly readMetadata: ReadMetadata },
): Promise<Response> {
  const { protocol, readMetadata } = start;
  const { headers } = call.request;
  const [lengthHeader, typeHeader] = protocol === "google"
    ? ["x-goog-upload-header-content-length", "x-goog-upload-header-content-type"]
    : ["x-upload-content-length", "x-upload-content-type"];
  const mediaType = headers.get(typeHeader) ?? undefined;
  const finish = readMetadata({ text: call.rawBody, mediaType });
  const declaredLength = numberIn(headers, lengthHeader);
  if (declaredLength !== undefined) checkLength(declaredLength);
  return respondBytes(call, () => {
    const session = call.stored.uploads.start({
      account: call.account,
      path: new URL(call.request.url).pathname,
      protocol,
      declaredLength,
      finish,
    });
    return { status: 200, headers: sessionHeaders(session, call.origin), body: "" };
  });
}

async function uploadMultipart(
  call: ServiceCall,
  readMetadata: ReadMetadata,
): Promise<Response> {
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
    return await uploadWhole(call, { finish: readMetadata(head), bytes: body.media() });
  });
}

function uploadRaw(call: ServiceCall, readMetadata: ReadMetadata): Promise<Response> {
  const mediaType = call.request.headers.get("content-type") ?? undefined;
  const finish = readMetadata({ text: "", mediaType });
  return respondBytes(call, () => uploadWhole(call, { finish, bytes: call.bytes.read() }));
}

async function uploadWhole(
  call: ServiceCall,
  upload: {
    readonly finish: ReturnType<ReadMetadata>;
    readonly bytes: AsyncIterable<Uint8Array>;
  },
): Promise<PreparedResponse> {
  const content = new StoredBytes(call.stored.uploads.keptBytes);
  for await (const piece of upload.bytes) content.write(piece);
  checkLength(content.length);
  const body = prettyJson(upload.finish(content));
  return { status: 200, headers: { "content-type": JSON_TYPE }, body };
}

function checkLength(length: number): void {
  if (length > MOST_FILE_BYTES) throw invalidArgument(tooLong(length));
}
