/**
 * Uploads a copy of a file to an account, and waits until the file can be used there.
 *
 * @module
 */
import { setTimeout } from "node:timers/promises";
import type { OpenCopy } from "../../base/stored/copies.ts";
import { defined } from "../../base/defined.ts";
import { ignore } from "../../base/ignore.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import type { CallMethod } from "../../gemini/api/methods.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { NO_BODY } from "../../gemini/native_request.ts";
import { type FileFacts, fileFacts } from "../../gemini/resources/file_facts.ts";
import { type StoredResource, storedResource } from "../../gemini/resources/stored_resource.ts";
import { AttemptBudget } from "../../upstream/attempt_budget.ts";
import { UpstreamFault } from "../../upstream/faults/upstream_fault.ts";
import type { Transfer, Upstream, UpstreamResponse } from "../../upstream/upstream.ts";
import { StreamedBody } from "../../upstream/wire/http/streamed_body.ts";
import type { Caller } from "../access/caller.ts";

/** Longest time until Google has processed a file, in ms. */
const PROCESSING_MS = 60_000;

/** The first pause between two reads of a file's state, and the longest, in ms. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4000;

const MEDIA_TYPE = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/;

/** A call that is about to be sent. */
export interface MovingCall {
  readonly accountId: string;
  readonly upstream: Upstream;
  readonly caller: Caller;
  readonly requestId: string;
  /** As in {@linkcode UpstreamCall}. */
  readonly signal: AbortSignal;
  readonly firstByteMs: number | undefined;
  /** Called while bytes are sent, and while Google processes them. */
  readonly onProgress: () => void;
}

/** The uploaded file, and its address for prompts. */
export interface UploadedFile {
  readonly resource: StoredResource;
  readonly uri: string;
}

/** A {@linkcode MovingCall} at a time, in ms since the epoch. */
type TimedCall = MovingCall & { readonly nowMs: number };

/**
 * Uploads a copy. Its content is read while it is sent.
 *
 * @throws {UpstreamFault}
 */
export async function uploadCopy(copy: OpenCopy, call: TimedCall): Promise<UploadedFile> {
  const made = await sent("media.upload", {
    call,
    resource: "",
    transfer: transferOf(copy, call.onProgress),
  });
  const uploaded = read(made, call);
  const facts = await active(uploaded.facts, call);
  const { resource } = uploaded;
  const uri = facts.uri === ""
    ? `https://generativelanguage.googleapis.com/v1beta/${resource.name}`
    : facts.uri;
  return { resource, uri };
}

/** Waits until Google has processed a file. */
async function active(uploaded: FileFacts, call: TimedCall): Promise<FileFacts> {
  const { signal, onProgress } = call;
  const lastMs = performance.now() + PROCESSING_MS;
  let facts = uploaded;
  for (let pauseMs = FIRST_PAUSE_MS; facts.state === "PROCESSING"; pauseMs *= 2) {
    if (performance.now() > lastMs) {
      throw transient(`Google did not process the copy within ${PROCESSING_MS / 1000} s`);
    }
    await pause(Math.min(pauseMs, LONGEST_PAUSE_MS), signal);
    onProgress();
    facts = read(await sent("files.get", { call, resource: uploaded.name }), call).facts;
  }
  if (facts.state === "FAILED") throw transient("Google could not process the copy");
  return facts;
}

async function sent(
  method: CallMethod,
  { call, resource, transfer }: {
    readonly call: TimedCall;
    readonly resource: string;
    readonly transfer?: Transfer;
  },
): Promise<UpstreamResponse> {
  const { upstream, signal, requestId, firstByteMs } = call;
  try {
    return await upstream.call({
      method,
      retry: "never",
      version: "v1beta",
      model: "",
      resource,
      query: "",
      request: NO_BODY,
      requestId,
      signal,
      budget: new AttemptBudget(1),
      transfer,
      ...defined({ firstByteMs }),
    });
  } finally {
    if (transfer?.body instanceof StreamedBody) transfer.body.cancel();
  }
}

function read(
  response: UpstreamResponse,
  { nowMs }: TimedCall,
): { readonly resource: StoredResource; readonly facts: FileFacts } {
  const bytes = "bytes" in response ? response.bytes : new Uint8Array();
  const resource = storedResource(bytes, { nowMs });
  const facts = fileFacts(bytes);
  if (resource === undefined || facts === undefined) {
    throw transient("Google's response to the upload of the copy does not name a file");
  }
  return { resource, facts };
}

/** An upload request in two parts: the file's metadata and its bytes. */
function transferOf(copy: OpenCopy, onProgress: () => void): Transfer {
  const { displayName } = copy;
  const mimeType = MEDIA_TYPE.test(copy.mimeType) ? copy.mimeType : "application/octet-stream";
  const boundary = crypto.randomUUID();
  const file = { mimeType, ...(displayName === "" ? {} : { displayName }) };
  const head = utf8Bytes(
    `--${boundary}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n` +
      `${JSON.stringify({ file })}\r\n--${boundary}\r\ncontent-type: ${mimeType}\r\n\r\n`,
  );
  const tail = utf8Bytes(`\r\n--${boundary}--\r\n`);
  const length = head.length + copy.bytes + tail.length;
  return {
    verb: "POST",
    headers: {
      "content-type": `multipart/related; boundary=${boundary}`,
      "x-goog-upload-protocol": "multipart",
    },
    body: new StreamedBody(bodyOf({ head, content: copy.content, tail, onProgress }), { length }),
  };
}

function bodyOf({ head, content, tail, onProgress }: {
  readonly head: Uint8Array;
  readonly content: ReadableStream<Uint8Array>;
  readonly tail: Uint8Array;
  readonly onProgress: () => void;
}): ReadableStream<Uint8Array> {
  const reader = content.getReader();
  let hasBegun = false;
  return new ReadableStream({
    async pull(controller) {
      onProgress();
      if (!hasBegun) {
        hasBegun = true;
        return controller.enqueue(head);
      }
      const { done, value } = await reader.read();
      if (!done) return controller.enqueue(value);
      controller.enqueue(tail);
      controller.close();
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}

function transient(message: string): UpstreamFault {
  return new UpstreamFault("transient", new RpcError("UNAVAILABLE", message), { isUndone: true });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // It rejects with an error of its own, and not with the signal's reason.
  await setTimeout(ms, undefined, { signal }).catch(ignore);
  signal.throwIfAborted();
}
