/**
 * Uploads: whole files, and files in chunks.
 *
 * @module
 */
import type { Context } from "hono";
import type { Clock } from "../../base/clock.ts";
import {
  isResume,
  type MethodRow,
  METHODS,
  resumeOf,
  type UploadMethod,
} from "../../gemini/api/methods.ts";
import { ownedName } from "../../gemini/resources/resources.ts";
import { storedResource } from "../../gemini/resources/stored_resource.ts";
import { NO_BODY } from "../../gemini/native_request.ts";
import type { Transfer, UploadResponse } from "../../upstream/upstream.ts";
import { StreamedBody } from "../../upstream/wire/http/streamed_body.ts";
import { OPEN } from "../access/caller.ts";
import { keyDigest } from "../../keys/key_text.ts";
import type { BodyHold, BodyMemory } from "../body/body_memory.ts";
import { readBody } from "../body/request_body.ts";
import { tooLarge, uploadBody } from "../body/upload_body.ts";
import { type CallRecord, recordHeaders } from "../call/call_record.ts";
import type { CallLifecycle } from "../call/call_lifecycle.ts";
import type { CallWatch, WatchedCall } from "../call/call_watch.ts";
import type { RequestCopy, UploadCopies } from "../copies/upload_copies.ts";
import type { ClientCall, Dispatcher } from "../dispatch/dispatch.ts";
import type { Environment } from "../environment.ts";
import { ownerOfNamed } from "../owners/named_owner.ts";
import type { Ownership } from "../owners/ownership.ts";
import type { Pinned } from "../owners/pinned.ts";
import { ownAddress } from "../own_address.ts";
import { unexpectedResponse } from "../response/unexpected_response.ts";
import type { GatewaySettings } from "../settings.ts";
import { joinedUploads, type UploadWindows } from "./upload_windows.ts";
import {
  readUploadRequest,
  uploadHeaders,
  uploadQuery,
  type UploadRequest,
} from "./upload_request.ts";
import {
  nameOfUpload,
  unknownUpload,
  type UploadSession,
  type UploadSessions,
} from "./upload_sessions.ts";

/** The dependencies of uploads. */
export interface UploadParts {
  readonly settings: GatewaySettings;
  readonly dispatcher: Dispatcher;
  readonly watch: CallWatch;
  readonly bodyMemory: BodyMemory;
  readonly ownership: Ownership;
  readonly uploads: UploadSessions;
  readonly uploadWindows: UploadWindows;
  readonly uploadCopies: UploadCopies;
  readonly clock: Clock;
}

/** Serves a request of an upload: its start, a chunk, or a whole file. */
export async function serveUpload(
  c: Context<Environment>,
  { method: named, resource }: {
    readonly method: UploadMethod;
    /** The resource in the path that the upload adds to; empty if there is none. */
    readonly resource: string;
  },
  parts: UploadParts,
): Promise<Response> {
  const { lifecycle, target, caller, upload } = c.env;
  const { settings } = parts;
  // The method table has a row with another verb for chunks, but clients send chunks with either verb.
  const method = upload === undefined ? named : resumeOf(named);
  lifecycle.record.method = method;
  if (upload === undefined && isResume(method)) throw unknownUpload();
  const { idleMs } = settings.timeouts;
  const watch = parts.watch.add(c.req.raw, { firstByteMs: idleMs, idleMs, totalMs: Infinity });
  watch.record = lifecycle.record;
  using hold = parts.bodyMemory.hold();
  let copy: RequestCopy | undefined;
  try {
    const { headers } = c.req.raw;
    const query = new URL(c.req.raw.url).searchParams;
    const asked = readUploadRequest(headers, { query, hasBegun: upload !== undefined });
    const final = upload && parts.uploads.finalResponse(upload, asked);
    if (upload !== undefined && final !== undefined) {
      const again = await readTransfer(watch, asked, {
        settings,
        hold,
        copy,
        record: lifecycle.record,
      });
      if (again instanceof StreamedBody) await discard(again);
      lifecycle.record.account = upload.account;
      return respond(final, { watch, lifecycle });
    }
    copy = asked.isStart || !makesFile(method) ? undefined : parts.uploadCopies.of({
      ...asked,
      upload: upload && nameOfUpload(upload),
      contentType: headers.get("content-type") ?? "",
    });
    // A chunk goes to the account that began the upload.
    const owned = upload === undefined ? ownedName(resource) : undefined;
    const pinned = owned && await ownerOfNamed([owned], {
      ownership: parts.ownership,
      caller,
      watch,
      lifecycle,
    });
    const body = await readTransfer(watch, asked, {
      settings,
      hold,
      copy,
      record: lifecycle.record,
    });
    if (body instanceof Uint8Array) lifecycle.body(body);
    const call: ClientCall = {
      method,
      retry: METHODS[method].retry,
      version: target.version,
      model: "",
      resource: upload === undefined ? resource : "",
      query: upload === undefined ? uploadQuery(query) : "",
      request: NO_BODY,
      transfer: {
        verb: c.req.raw.method === "PUT" ? "PUT" : "POST",
        headers: uploadHeaders(headers),
        body,
        ...(upload === undefined ? {} : { url: upload.url }),
      },
      ...(upload === undefined
        ? { ...joinedUploads(parts.uploadWindows, caller), pinned }
        : { pinned: pinnedTo(upload) }),
      watch,
      lifecycle,
    };
    let accountId = "";
    const response = await parts.dispatcher.send(call, (upstream, upstreamCall, id) => {
      accountId = id;
      return upstream.call(upstreamCall);
    });
    if (response.type !== "upload") throw unexpectedResponse(response, call);
    const sent = { request: c.req.raw, env: c.env, method, asked, accountId, copy };
    await note(response, sent, parts);
    const address = await addressHeader(response, sent, parts);
    const withAddress = { ...response, headers: { ...response.headers, ...address } };
    return respond(withAddress, { watch, lifecycle });
  } catch (error) {
    copy?.failed();
    watch.finish();
    throw error;
  }
}

/** An upload request and the account that responded to it. */
interface SentRequest {
  readonly request: Request;
  readonly env: Environment["Bindings"];
  readonly method: UploadMethod;
  readonly asked: UploadRequest;
  readonly accountId: string;
  readonly copy: RequestCopy | undefined;
}

/** Whether an upload makes a file; others add to a resource that exists. */
function makesFile(method: UploadMethod): boolean {
  const { makes }: MethodRow = METHODS[method];
  return makes.includes("files");
}

/** Records the owner of the resource in a response before the client can name it, and the end of the upload. */
async function note(
  response: UploadResponse,
  { env: { caller, upload }, method, asked, accountId, copy }: SentRequest,
  { clock, ownership, uploadCopies, uploads }: UploadParts,
): Promise<void> {
  const { bytes: json } = response;
  const made = storedResource(json, { nowMs: clock.now() });
  const seen = { accountId, caller };
  const isTheirs = made !== undefined &&
    await (makesFile(method) ? ownership.made(made, seen) : ownership.seen(made, seen));
  copy?.accepted();
  if (upload === undefined ? asked.isStart : !isOver(response, asked)) return;
  uploadCopies.end({
    json,
    file: isTheirs ? made : undefined,
    upload: upload && nameOfUpload(upload),
    copy,
    callerId: caller.id,
  });
  if (upload !== undefined) uploads.end(upload, made && { ...response, position: asked.position });
}

/** The header with the address of the upload session that this response starts; empty for any other response. */
async function addressHeader(
  { url }: UploadResponse,
  { request, env: { caller, target, upload, lifecycle }, asked, accountId }: SentRequest,
  parts: UploadParts,
): Promise<Record<string, string>> {
  if (upload !== undefined || url === undefined) return {};
  const token = await parts.uploads.tokenFor({
    accountId,
    account: lifecycle.record.account,
    url,
    path: target.path,
    callerId: caller.id,
    keyDigest: caller.id === OPEN ? "" : keyDigest(caller.secret),
  });
  const path = target.path.slice("/upload/".length);
  const own = ownAddress(request, parts.settings.server);
  const address = `${own}/upload/${target.version}/${path}?`;
  return asked.usesLocation
    ? { "location": `${address}uploadType=resumable&upload_id=${token}` }
    : { "x-goog-upload-url": `${address}upload_id=${token}&upload_protocol=resumable` };
}

/** Builds the client's response, and ends the call. */
function respond(
  { status, headers, bytes }: Pick<UploadResponse, "status" | "headers" | "bytes">,
  { watch, lifecycle }: { readonly watch: WatchedCall; readonly lifecycle: CallLifecycle },
): Response {
  watch.finish();
  lifecycle.firstByte();
  lifecycle.record.bytesOut += bytes.length;
  return new Response(bytes as BodyInit, {
    status,
    // Copied, because the final response is kept with its headers, and recordHeaders changes them.
    headers: recordHeaders(lifecycle.record, { ...headers }),
  });
}

/** Reads the JSON that starts an upload, or prepares to forward the bytes of a file; undefined if there are none. */
async function readTransfer(
  watch: WatchedCall,
  { isStart, hasBytes, offset, fileBytes }: UploadRequest,
  { settings, hold, copy, record }: {
    readonly settings: GatewaySettings;
    readonly hold: BodyHold;
    readonly copy: RequestCopy | undefined;
    readonly record: Pick<CallRecord, "bytesIn">;
  },
): Promise<Transfer["body"]> {
  const { server, files: { maxUploadBytes: maxBytes } } = settings;
  if (fileBytes > maxBytes) throw tooLarge({ maxBytes });
  if (isStart) {
    const { maxBodyBytes, bodyTimeoutMs: timeoutMs } = server;
    return await readBody(watch, { maxBytes: maxBodyBytes, timeoutMs, hold, record });
  }
  if (!hasBytes) return undefined;
  const onPiece = copy && ((piece: Uint8Array) => copy.write(piece.slice()));
  return uploadBody(watch, { maxBytes, offset, onPiece, record });
}

/** Discards a repeated body. Some clients read the response only after they have sent the whole body. */
async function discard(body: StreamedBody): Promise<void> {
  while (await body.peek() !== undefined) body.take();
}

/** Whether this response ends the upload. With `Location`, only the status shows it. */
function isOver({ status, headers }: UploadResponse, { usesLocation }: UploadRequest): boolean {
  if (usesLocation) return status === 200 || status === 201;
  const state = headers["x-goog-upload-status"];
  return state === "final" || state === "cancelled";
}

/** The account for the rest of an upload: only the one that holds the beginning can serve it. */
function pinnedTo({ accountId, account }: UploadSession): Pinned {
  return { accountIds: [accountId], account, name: "this upload", resources: [] };
}
