/**
 * Prepares a native call for its accounts: finds the resources that it names, their owners, and its conversation.
 * Native clients and translated operations share it.
 *
 * @module
 */
import {
  type CallMethod,
  isModelMethod,
  type MethodRow,
  METHODS,
} from "../../gemini/api/methods.ts";
import type { NativeRequest } from "../../gemini/native_request.ts";
import { type AddressBook, namesIn } from "../../gemini/resources/named_resources.ts";
import type { Caller } from "../access/caller.ts";
import type { CallLifecycle } from "../call/call_lifecycle.ts";
import type { WatchedCall } from "../call/call_watch.ts";
import type { ModelNames } from "../catalog/model_names.ts";
import { conversationOf } from "../dispatch/conversation.ts";
import type { ClientCall } from "../dispatch/dispatch.ts";
import { ownerOfNamed } from "../owners/named_owner.ts";
import type { Ownership } from "../owners/ownership.ts";
import { unsupportedUri } from "../owners/unsupported_uri.ts";
import { modelEdits } from "./model_edits.ts";
import { joinedUploads, type UploadWindows } from "../uploads/upload_windows.ts";

/** The dependencies of {@linkcode preparedCall}. */
export interface PrepareParts {
  readonly modelNames: ModelNames;
  readonly ownership: Ownership;
  readonly uploadWindows: UploadWindows;
  /** Tells which hosts in a request are this gateway's, and which are upstreams'. */
  readonly addresses: AddressBook;
}

/** A call whose body was read, and whose model the record has. */
export interface CallToPrepare
  extends
    Pick<ClientCall, "version" | "isVertexForm" | "isTranslated" | "resource" | "query" | "range"> {
  readonly method: CallMethod;
  readonly body: NativeRequest;
  /** The model, after aliasing; empty if the call has none. */
  readonly model: string;
  readonly caller: Caller;
  readonly watch: WatchedCall;
  readonly lifecycle: CallLifecycle;
  /** The client's own id of the conversation. Default: that in the headers or in the body. */
  readonly sessionId?: string | undefined;
}

/**
 * Prepares a call.
 *
 * @throws {RpcError} As the look-up of the owners does.
 */
export async function preparedCall(
  asked: CallToPrepare,
  parts: PrepareParts,
): Promise<ClientCall> {
  const { method, body, model, resource, caller, watch, lifecycle, sessionId } = asked;
  const { version, isVertexForm, isTranslated, query, range } = asked;
  const row: MethodRow = METHODS[method];
  const { resources, edits, unclear } = namesIn(
    { path: resource, names: row.names },
    body,
    parts.addresses,
  );
  if (unclear !== undefined && caller.isScoped) throw unsupportedUri(unclear);
  // A call that is routed by its model has that name resolved when it is sent.
  const models = row.routing === "model" ? [] : modelEdits(body, parts.modelNames);
  const request = body.edited([...edits, ...models]);
  const pinned = await ownerOfNamed(resources, {
    ownership: parts.ownership,
    caller,
    watch,
    lifecycle,
    mayMove: mayMove(method),
  });
  const { headers } = watch.request;
  return {
    method,
    retry: row.retry,
    version,
    model,
    isVertexForm,
    isTranslated,
    resource,
    query,
    request,
    range,
    pinned,
    ...(row.isTurn || row.joinsConversation
      ? conversationOf(body.body, { headers, caller: caller.secret, sessionId })
      : {}),
    ...(row.joinsUploads ? joinedUploads(parts.uploadWindows, caller) : {}),
    watch,
    lifecycle,
  };
}

/** Whether copies may replace the files of a call. What is made from a file can depend on others of its project. */
function mayMove(method: CallMethod): boolean {
  return isModelMethod(method) && METHODS[method].makes.length === 0;
}
