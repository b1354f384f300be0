/**
 * The interface of every kind of upstream: it rewrites a native call for its account, sends it, and unwraps the
 * response. There is one implementation for each kind of account; the server uses only this interface.
 *
 * @module
 */
import type { OpenSockets } from "../base/open_sockets.ts";
import type { AccountKind } from "../gemini/api/account_kinds.ts";
import type { CallMethod, Collection, MethodName, RetryClass } from "../gemini/api/methods.ts";
import type { Model } from "../gemini/api/model.ts";
import type { AttemptBudget } from "./attempt_budget.ts";
import type { ByteResponse } from "./exchange/byte_response.ts";
import type { ObservedEvent } from "../gemini/interactions/interaction_event.ts";
import type { UpstreamSocket } from "./exchange/upstream_socket.ts";
import type { StreamEvent } from "../gemini/stream/stream.ts";
import type { QuotaStatement } from "../pool/quota/quota_statement.ts";
import type { NativeRequest } from "../gemini/native_request.ts";
import type { UpstreamFault } from "./faults/upstream_fault.ts";
import type { StreamedBody } from "./wire/http/streamed_body.ts";

/** One native call to one account. */
export interface UpstreamCall {
  readonly method: CallMethod;
  /** Whether it may be retried; this also applies to a fail-over within one account. */
  readonly retry: RetryClass;
  /** The API version that the client requested: `v1beta`, `v1` or `v1alpha`. */
  readonly version: string;
  /** Model id without `models/`, after aliasing; empty if the method has no model. */
  readonly model: string;
  /** Name of the resource in the path, as `files/abc`; empty if the method has none. */
  readonly resource: string;
  /** The client's query without Google's system parameters, as `pageSize=10`; empty if there is none. */
  readonly query: string;
  /** Whether the path, and so the body, is in Vertex AI's form, as SDKs in Vertex mode send it. Default: no. */
  readonly isVertexForm?: boolean | undefined;
  /**
   * Whether the body is the translation of a request to another API, whose client knows nothing of the kinds of
   * accounts: what only one kind accepts is removed for the others. Default: no.
   */
  readonly isTranslated?: boolean | undefined;
  /** The client's body; an empty message if the method has none. */
  readonly request: NativeRequest;
  /**
   * The client's headers that ask for a part of a file, by names in lower case; absent if it asks for all of it.
   */
  readonly range?: Readonly<Record<string, string>> | undefined;
  /** The bytes to send, of a method that uploads; absent for all others. */
  readonly transfer?: Transfer | undefined;
  /** The ephemeral token that opens a Live session in place of the account's credential; absent as a rule. */
  readonly token?: string | undefined;
  /** Pollux's own id of the client's call; sent in Code Assist's envelope. */
  readonly requestId: string;
  /**
   * Aborts the call: the client disconnected, or a time limit passed. Its reason is an
   * {@linkcode UpstreamFault}, which the call then rejects with.
   */
  readonly signal: AbortSignal;
  /** How long an attempt may wait for the first byte of its response, in ms. Default: no limit. */
  readonly firstByteMs?: number;
  /** The remaining attempts of the client's call; every request takes one. */
  readonly budget: AttemptBudget;
  /** Gets the WebSocket of a Live session as soon as it is opened. Default: nothing waits for its close. */
  readonly sockets?: OpenSockets;
  /** Notified about a stream after it was opened. */
  readonly listener?: StreamListener;
}

/** The HTTP request of an upload, which is sent as the client sent it. */
export interface Transfer {
  readonly verb: "POST" | "PUT";
  /** Those of the client that belong to the upload, by names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | StreamedBody | undefined;
  /** The address of an upload that has begun, as the account's own response gave it. */
  readonly url?: string;
}

/** Upstream's response to a request of an upload. */
export interface UploadResponse {
  readonly type: "upload";
  readonly status: number;
  /** Those that belong to the upload, by names in lower case, without addresses. */
  readonly headers: Readonly<Record<string, string>>;
  /** The address for the rest of an upload that has begun. */
  readonly url: string | undefined;
  /** The file, as JSON, once the upload is complete; else empty as a rule. */
  readonly bytes: Uint8Array;
}

/** Receives notifications about a stream after its first content. */
export interface StreamListener {
  /** Bytes arrived, whatever their content: upstream is not silent. */
  onBytes(): void;
  /** The stream failed with an error event. */
  onFault(fault: UpstreamFault): void;
}

/** A response of the type that the method's row declares. */
export type UpstreamResponse =
  /** A whole message, out of any envelope. */
  | { readonly type: "json"; readonly bytes: Uint8Array }
  /** All events, as they arrive. A failure is an error event, which is the last. */
  | { readonly type: "stream"; readonly events: AsyncIterable<readonly StreamEvent[]> }
  /**
   * The events of the Interactions API, byte for byte, as they arrive. A method whose row declares it may respond with
   * a whole message instead.
   */
  | { readonly type: "events"; readonly events: AsyncIterable<readonly ObservedEvent[]> }
  /** Bytes, as they arrive. */
  | ({ readonly type: "bytes" } & ByteResponse)
  | UploadResponse
  /** A Live session that is set up. */
  | { readonly type: "socket"; readonly socket: UpstreamSocket };

/**
 * Sends an account's calls to Google. Its methods reject with an {@linkcode UpstreamFault}: an `EmptyResponse`
 * if the response of a turn has no content.
 */
export interface Upstream {
  readonly kind: AccountKind;
  /**
   * Whether the account can serve a method for a model.
   *
   * @param model Model id without `models/`. Default: whether it serves every model.
   */
  serves(method: MethodName, model?: string): boolean;
  /**
   * Calls a method. A stream resolves with its first content, so that earlier failures are faults of the call.
   */
  call(call: UpstreamCall): Promise<UpstreamResponse>;
  /** Everything of a collection that the account can use, all pages. */
  list(collection: Collection, signal: AbortSignal): Promise<readonly Model[]>;
  /** What is left of the account's quotas; absent if its service does not say. */
  quotas?(signal: AbortSignal): Promise<readonly QuotaStatement[]>;
  /** Closes the account's own idle connections. Pending calls continue. */
  close(): void;
}
