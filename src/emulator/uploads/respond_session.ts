/**
 * The requests that continue a resumable upload. Refusals here come from Google's upload servers, and
 * are plain text.
 *
 * @module
 */
import { prettyJson } from "../http/framing.ts";
import { GoogleError } from "../google_errors.ts";
import type { ServiceCall } from "../models/model_call.ts";
import { type PreparedResponse, respondBytes } from "../script/bytes_outcome.ts";
import { numberIn, readContentRange, uploadCommand } from "./upload_protocol.ts";
import { MOST_FILE_BYTES, tooLong, type UploadSession } from "./upload_session.ts";

const TEXT_TYPE = "text/plain; charset=utf-8";
const JSON_TYPE = "application/json; charset=UTF-8";

/** The headers of the response that starts a session. */
export function sessionHeaders(
  session: UploadSession,
  origin: string,
): Readonly<Record<string, string>> {
  const { id, target } = session;
  const common = { "content-type": TEXT_TYPE, "x-guploader-uploadid": id };
  if (target.protocol === "range") {
    const location = `${origin}${target.path}?uploadType=resumable&upload_id=${id}`;
    return { ...common, location };
  }
  const url = `${origin}${target.path}?upload_id=${id}&upload_protocol=resumable`;
  return {
    ...common,
    "x-goog-upload-status": "active",
    "x-goog-upload-url": url,
    "x-goog-upload-control-url": url,
    "x-goog-upload-chunk-granularity": String(session.granularity),
  };
}

/**
 * Handles a request with an `upload_id`.
 *
 * @throws A GoogleError for an unknown one.
 */
export function respondSession(call: ServiceCall): Promise<Response> {
  const session = call.stored.uploads.withId(call.query.get("upload_id") ?? "");
  const verb = session?.target.protocol === "range" ? "PUT" : "POST";
  if (session === undefined || call.request.method !== verb) throw sessionUnknown();
  const { headers } = call.request;
  const isQuery = verb === "PUT"
    ? headers.get("content-range")?.startsWith("bytes */")
    : uploadCommand(headers) === "query";
  return respondBytes(
    isQuery ? { ...call, scriptedAs: "files.query" } : call,
    () => verb === "PUT" ? continueRange(session, call) : continueCommand(session, call),
  );
}

/** 404 for an upload that Google does not have. */
export function sessionUnknown(): GoogleError {
  return new GoogleError(404, "NOT_FOUND", { message: "Requested entity was not found." });
}

async function continueCommand(
  session: UploadSession,
  call: ServiceCall,
): Promise<PreparedResponse> {
  const { headers } = call.request;
  const command = uploadCommand(headers);
  if (command === "query") return await drained(call, queried(session));
  if (session.state !== "active") {
    return await refused(session, call, "Upload has already been terminated.");
  }
  switch (command) {
    case "cancel":
      session.state = "cancelled";
      return await drained(call, { status: 200, headers: statusOf(session), body: "" });
    case "finalize":
      await call.bytes.drain();
      return finish(session) ?? await refused(session, call, incomplete(session));
    case "upload":
    case "finalize,upload": {
      const offset = numberIn(headers, "x-goog-upload-offset");
      if (offset === undefined || !session.accepts(offset)) {
        return await refused(session, call, wrongOffset(session, offset));
      }
      const isLast = command !== "upload";
      const check = (length: number) => brokenChunk(session, { length, isLast });
      const wrong = await session.read(call.bytes.read(), { offset, check });
      if (wrong !== undefined) return await refused(session, call, wrong);
      return isLast && finish(session) || { status: 200, headers: statusOf(session), body: "" };
    }
    default:
      return await refused(session, call, `Invalid X-Goog-Upload-Command: "${command}".`);
  }
}

async function continueRange(session: UploadSession, call: ServiceCall): Promise<PreparedResponse> {
  const { headers } = call.request;
  const { declaredLength } = session.target;
  const header = headers.get("content-range");
  // A body without Content-Range is the whole file.
  const length = numberIn(headers, "content-length");
  const whole = { range: { start: 0, end: (length ?? 0) - 1 }, total: length };
  const content = header === null ? whole : readContentRange(header);
  if (content === undefined) {
    return await refused(session, call, "Failed to parse Content-Range header.");
  }
  const { range, total = declaredLength } = content;
  if (session.state === "active" && range !== undefined) {
    if (!session.accepts(range.start)) {
      return await refused(session, call, wrongOffset(session, range.start));
    }
    const isLast = range.end + 1 === total;
    const wrong = await session.read(call.bytes.read(), {
      offset: range.start,
      check: (received) =>
        received === range.end + 1
          ? brokenChunk(session, { length: received, isLast })
          : `Invalid request.  There were ${
            received - range.start
          } byte(s) in the request body.  ` +
            `There should have been ${range.end + 1 - range.start} byte(s) (starting at offset ` +
            `${range.start} and ending at offset ${range.end}) according to the Content-Range header.`,
    });
    if (wrong !== undefined) return await refused(session, call, wrong);
    if (isLast) session.finish();
  }
  await call.bytes.drain();
  if (session.result !== undefined) {
    const body = prettyJson(session.result);
    return { status: 200, headers: { "content-type": JSON_TYPE }, body };
  }
  const { received } = session;
  const headersOfState = received === 0 ? {} : { range: `bytes=0-${received - 1}` };
  return { status: 308, headers: { "content-type": TEXT_TYPE, ...headersOfState }, body: "" };
}

function queried(session: UploadSession): PreparedResponse {
  const { received, result } = session;
  const headers = { ...statusOf(session), "x-goog-upload-size-received": String(received) };
  return result === undefined
    ? { status: 200, headers, body: "" }
    : { status: 200, headers: { ...headers, "content-type": JSON_TYPE }, body: prettyJson(result) };
}

/** Finishes the upload; undefined if it is shorter than declared. */
function finish(session: UploadSession): PreparedResponse | undefined {
  if (incomplete(session) !== undefined) return undefined;
  const body = prettyJson(session.finish());
  return { status: 200, headers: { ...statusOf(session), "content-type": JSON_TYPE }, body };
}

function incomplete({ received, target }: UploadSession): string | undefined {
  const { declaredLength = received } = target;
  return received === declaredLength
    ? undefined
    : `The upload has ${received} bytes; its start declared ${declaredLength}.`;
}

/** What is wrong with a chunk, if the upload has `length` bytes with it. */
function brokenChunk(
  session: UploadSession,
  chunk: { readonly length: number; readonly isLast: boolean },
): string | undefined {
  const { granularity, target } = session;
  const { length, isLast } = chunk;
  const { declaredLength = length } = target;
  if (length > MOST_FILE_BYTES) return tooLong(length);
  if (length > declaredLength || (isLast && length < declaredLength)) {
    return `The upload has ${length} bytes; its start declared ${declaredLength}.`;
  }
  return isLast || length % granularity === 0
    ? undefined
    : "Invalid request.  The number of bytes uploaded is required to be a multiple of " +
      `${granularity}, except for the final request. The upload would have ${length} bytes, which ` +
      "does not meet this requirement.";
}

function wrongOffset({ received }: UploadSession, offset: number | undefined): string {
  return offset === undefined
    ? "Invalid request.  The X-Goog-Upload-Offset header is missing or invalid."
    : `Invalid request.  The offset is ${offset}, but ${received} bytes have been received.`;
}

function statusOf({ state }: UploadSession): Record<string, string> {
  return { "content-type": TEXT_TYPE, "x-goog-upload-status": state };
}

async function refused(
  session: UploadSession,
  call: ServiceCall,
  why: string | undefined,
): Promise<PreparedResponse> {
  const headers = session.target.protocol === "google"
    ? statusOf(session)
    : { "content-type": TEXT_TYPE };
  return await drained(call, { status: 400, headers, body: `${why}\n` });
}

async function drained(call: ServiceCall, response: PreparedResponse): Promise<PreparedResponse> {
  await call.bytes.drain();
  return response;
}
