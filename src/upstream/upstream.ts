/**
 * What every kind of upstream does: rewrite a native call for its account, send it, and unwrap the
 * response. There is one implementation for each kind of account; the server knows only this interface.
 *
 * @module
 */
import type { AccountKind } from "../gemini/api/account_kinds.ts";
import type { Collection, MethodName, ModelMethod, RetryClass } from "../gemini/api/methods.ts";
import type { Model } from "../gemini/api/model.ts";
import type { AttemptBudget } from "./attempt_budget.ts";
import type { StreamEvent } from "../gemini/stream/stream.ts";
import type { NativeRequest } from "../gemini/native_request.ts";
import type { UpstreamFault } from "./faults/upstream_fault.ts";

/** One native call, on its way to one account. */
export interface UpstreamCall {
  readonly method: ModelMethod;
  /** Where it may be sent again; a fail-over within one account counts, too. */
  readonly retry: RetryClass;
  /** The API version that the client asked for: `v1beta`, `v1` or `v1alpha`. */
  readonly version: string;
  /** Model id without `models/`, after aliasing. */
  readonly model: string;
  /** The client's body. */
  readonly request: NativeRequest;
  /** Pollux's own id of the client's call; Code Assist carries it in its envelope. */
  readonly requestId: string;
  /**
   * Aborts the call: the client went away, or a time limit passed. Its reason is an
   * {@linkcode UpstreamFault}, which the call then rejects with.
   */
  readonly signal: AbortSignal;
  /** How long an attempt may wait for its response to begin, in ms. Default: without end. */
  readonly firstByteMs?: number;
  /** What is left of the client call's attempts; every request that is sent takes one. */
  readonly budget: AttemptBudget;
  /** Hears of a stream that goes on after it was opened. */
  readonly listener?: StreamListener;
}

/** Who hears of a stream, once its first content has come. */
export interface StreamListener {
  /** Bytes came, whatever they say: upstream is not silent. */
  onBytes(): void;
  /** The stream failed, for a reason that came with it. */
  onFault(fault: UpstreamFault): void;
}

/** A response, by the kind that the method's row names. */
export type UpstreamResponse =
  /** A whole message, out of any envelope. */
  | { readonly type: "json"; readonly bytes: Uint8Array }
  /** The events from the first on, as they come. A failure is an error event, the last one. */
  | { readonly type: "stream"; readonly events: AsyncIterable<readonly StreamEvent[]> };

/**
 * An account's way to Google. Its methods reject with an {@linkcode UpstreamFault}: an `EmptyResponse`
 * where the response of a turn says nothing.
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
   * Calls a method. A stream resolves with its first content, so that whatever fails before is a fault of
   * the call.
   */
  call(call: UpstreamCall): Promise<UpstreamResponse>;
  /** Everything of a collection that the account can use, all pages. */
  list(collection: Collection, signal: AbortSignal): Promise<readonly Model[]>;
  /** Gives up connections of the account's own. Calls in flight go on as they began. */
  close(): void;
}
