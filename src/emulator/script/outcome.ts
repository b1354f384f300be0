/**
 * The outcomes that a script can set for an account.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";

/** An error that needs no parameter. */
export type ErrorName =
  /** The current access token is revoked; a refresh helps. For an API key: only the body. */
  | "401-expired"
  /** The user revoked the grant: the tokens are invalid, and a refresh fails with `invalid_grant`. */
  | "401-revoked"
  | "400-key-invalid"
  /** SERVICE_DISABLED: the API is not enabled in the project. */
  | "403-disabled"
  /** SECURITY_POLICY_VIOLATED: a VPC service perimeter blocks the call. */
  | "403-perimeter"
  /** VALIDATION_REQUIRED: the user must verify the account in a browser. */
  | "403-validation"
  | "404"
  /** RESOURCE_EXHAUSTED without details. */
  | "429-bare"
  /** MODEL_CAPACITY_EXHAUSTED without a delay. */
  | "429-capacity"
  /** The free tier's daily quota: QuotaFailure with a `PerDay` quotaId. */
  | "429-daily"
  | "500"
  | "503"
  /** Overload with a body that is not in Google's format. */
  | "529";

/** An outcome that needs no parameter. */
export type OutcomeName =
  | "ok"
  | ErrorName
  /** No response, not even headers, until the client disconnects or `release()`; then "ok". */
  | "hang"
  /** Headers of a 200 and then nothing until the client disconnects or `release()`; then the response. */
  | "hang-after-headers"
  /** The connection closes before any byte of a response. */
  | "reset"
  /** The request is read and takes effect; then the connection closes instead of a response. */
  | "reset-after-body"
  /** 200 with an empty body. */
  | "empty-body"
  /** 200 without content: no SSE event, `[]` as an array, `{}` if not streamed. */
  | "empty-answer"
  /** A proxy's error page. */
  | "html-502";

/** The format of an error's body, if it differs from the service's own. */
export type ErrorBody =
  /** `{"error":…}`. */
  | "object"
  /** `[{"error":…}\n]`, as streaming calls get it. */
  | "array"
  /** The object, labelled `text/event-stream`. */
  | "event-stream";

/** A successful response; values that are not given are generated. */
export interface OkOutcome {
  readonly type: "ok";
  /** The response's text. */
  readonly text?: string;
  /** The response's text, chunk by chunk; one event each. */
  readonly chunks?: readonly string[];
  /** GenerateContentResponses to send unchanged, one event each; not streamed: the first one. */
  readonly events?: readonly JsonObject[];
  /** Pause before every event but the first, in ms. */
  readonly chunkDelayMs?: number;
  /** Hangs after this many events until the client disconnects or `release()`; then sends the rest. */
  readonly holdAfter?: number;
  /** Line ends of an event stream; default `crlf`. */
  readonly lineEnd?: "crlf" | "lf" | "cr";
  /** The last event lacks its blank line, or also the second half of its JSON. */
  readonly ending?: "no-blank-line" | "truncated";
  /** Each event is written in two pieces, split within its first multi-byte UTF-8 sequence. */
  readonly splitUtf8?: boolean;
}

/** An error. */
export interface ErrorOutcome {
  readonly type: ErrorName;
  readonly body?: ErrorBody;
}

/** RATE_LIMIT_EXCEEDED for a short time. */
export interface ShortQuotaOutcome {
  readonly type: "429-short";
  /** Delay in the body, in ms. */
  readonly delayMs: number;
  readonly body?: ErrorBody;
}

/** QUOTA_EXHAUSTED for hours. */
export interface LongQuotaOutcome {
  readonly type: "429-long";
  /** Delay in the body, in hours. */
  readonly hours: number;
  readonly body?: ErrorBody;
}

/** The connection is dropped within the response. */
export interface ResetMidStreamOutcome {
  readonly type: "reset-mid-stream";
  /** Events before that; a call that is not streamed gets half of its body. */
  readonly afterEvents: number;
}

/** The connection is dropped within the body of an upload's request. */
export interface ResetMidBodyOutcome {
  readonly type: "reset-mid-body";
  /** Bytes of the body that are read before that. */
  readonly afterBytes: number;
}

/** Google reports an error within a stream that began normally, and ends it. */
export interface ErrorMidStreamOutcome {
  readonly type: "error-mid-stream";
  /** Events before that. */
  readonly afterEvents: number;
  /** Default `503`. */
  readonly error?: ErrorName;
  /** Without the `data: ` prefix, as from Google's front end. */
  readonly raw?: boolean;
}

/**
 * How a Live session goes. Scripts name the opening of its socket `bidiGenerateContent.connect`, and
 * what follows the setup `bidiGenerateContent`; an error there closes with Google's code and reason.
 */
export interface LiveOutcome {
  readonly type: "live";
  /** The text of each of the model's turns. */
  readonly text?: string;
  /** The frames of each of the model's turns, sent unchanged. */
  readonly events?: readonly JsonObject[];
  /** Pause before every frame, in ms. */
  readonly frameDelayMs?: number;
  /** How frames are sent; default `binary`, as Google does. */
  readonly frames?: "binary" | "text";
  /** The socket is closed with this code and reason; "drop": without a close frame. */
  readonly close?: { readonly code: number; readonly reason?: string } | "drop";
  /** When that happens: in place of `setupComplete` (the default), or after so many turns. */
  readonly closeAfter?: "setup" | number;
  /** After so many turns, Google announces that it will soon close the connection. */
  readonly goAway?: { readonly afterTurns: number; readonly timeLeft: string };
}

/** The outcome of one call. */
export type Outcome =
  | OutcomeName
  | { readonly type: Exclude<OutcomeName, ErrorName | "ok"> }
  | OkOutcome
  | ErrorOutcome
  | ShortQuotaOutcome
  | LongQuotaOutcome
  | ResetMidStreamOutcome
  | ResetMidBodyOutcome
  | ErrorMidStreamOutcome
  | LiveOutcome;

/** An outcome in its long form. */
export type OutcomeSpec = Exclude<Outcome, string>;

/** Returns the long form of an outcome. */
export function outcomeSpec(outcome: Outcome): OutcomeSpec {
  return typeof outcome === "string" ? { type: outcome } : outcome;
}
