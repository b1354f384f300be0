/**
 * What every kind of upstream does: dress a native Gemini call for its account, send it, undress the
 * answer. One implementation a kind; the server knows only this interface.
 *
 * @module
 */
import type { AccountKind } from "../gemini/api/account_kinds.ts";
import type { AttemptBudget } from "./attempt_budget.ts";
import type { StreamEvent } from "../gemini/stream/stream.ts";
import type { NativeRequest } from "../gemini/native_request.ts";
import type { UpstreamFault } from "./faults/upstream_fault.ts";

/** One native call, on its way to one account. */
export interface UpstreamCall {
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

/** A model as `GET /v1beta/models` lists it; fields that Pollux does not know are kept. */
export interface Model {
  /** `models/<id>`. */
  readonly name: string;
  readonly [field: string]: unknown;
}

/**
 * An account's way to Google. Every method rejects with an {@linkcode UpstreamFault}: an
 * `EmptyResponse` where a model's response says nothing.
 */
export interface Upstream {
  readonly kind: AccountKind;
  /** A whole response: the bytes of a GenerateContentResponse, out of any envelope. */
  generateContent(call: UpstreamCall): Promise<Uint8Array>;
  /**
   * A streamed response. Resolves with its first content, so that whatever fails before is a fault of the
   * call; the events are given from the first on, as they come. A failure after that is an error event.
   */
  streamGenerateContent(call: UpstreamCall): Promise<AsyncIterable<readonly StreamEvent[]>>;
  /** A count: the bytes of a CountTokensResponse. */
  countTokens(call: UpstreamCall): Promise<Uint8Array>;
  /** Every model that the account can use, all pages. */
  listModels(signal: AbortSignal): Promise<readonly Model[]>;
  /** Gives up connections of the account's own. Calls in flight go on as they began. */
  close(): void;
}
