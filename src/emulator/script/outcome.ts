/**
 * What an account can be told to answer: the vocabulary of the emulator's scripts.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";

/** An error that needs no parameter. */
export type ErrorName =
  /** The access token in use goes stale; refreshing helps. On an API key: only the body. */
  | "401-expired"
  /** The user took the grant back: the tokens stop working and refreshing says `invalid_grant`. */
  | "401-revoked"
  | "400-key-invalid"
  /** SERVICE_DISABLED: the API is not enabled in the project. */
  | "403-disabled"
  /** SECURITY_POLICY_VIOLATED: a VPC service perimeter is in the way. */
  | "403-perimeter"
  /** VALIDATION_REQUIRED: the user has to verify the account in a browser. */
  | "403-validation"
  | "404"
  /** RESOURCE_EXHAUSTED without any detail. */
  | "429-bare"
  /** MODEL_CAPACITY_EXHAUSTED without a delay. */
  | "429-capacity"
  /** The free tier's quota a day: QuotaFailure with a `PerDay` quotaId. */
  | "429-daily"
  | "500"
  | "503"
  /** Overload with a body that is not Google's. */
  | "529";

/** An outcome that needs no parameter. */
export type OutcomeName =
  | "ok"
  | ErrorName
  /** No answer, not even headers, until the client leaves or `release()`; then "ok". */
  | "hang"
  /** Headers of a 200 and then nothing until the client leaves or `release()`; then the response. */
  | "hang-after-headers"
  /** The connection closes before any byte of a response. */
  | "reset"
  /** 200 with no byte in the body. */
  | "empty-body"
  /** 200 that holds nothing: no SSE event, `[]` as an array, `{}` where not streamed. */
  | "empty-answer"
  /** A proxy's error page. */
  | "html-502";

/** How an error's body is written, where the service's own way is not wanted. */
export type ErrorBody =
  /** `{"error":…}`. */
  | "object"
  /** `[{"error":…}\n]`, as streaming calls get it. */
  | "array"
  /** The object, labelled `text/event-stream`. */
  | "event-stream";

/** A good answer, with everything made up that is not given. */
export interface OkOutcome {
  readonly type: "ok";
  /** The response's text. */
  readonly text?: string;
  /** The response's text, chunk by chunk; one event each. */
  readonly chunks?: readonly string[];
  /** GenerateContentResponses to send as they are, one event each; not streamed: the first one. */
  readonly events?: readonly JsonObject[];
  /** Pause before every event but the first, in ms. */
  readonly chunkDelayMs?: number;
  /** After so many events nothing comes until the client leaves or `release()`; then the rest. */
  readonly holdAfter?: number;
  /** What ends the lines of an event stream; default `crlf`. */
  readonly lineEnd?: "crlf" | "lf" | "cr";
  /** The last event lacks its blank line, or also the second half of its JSON. */
  readonly ending?: "no-blank-line" | "truncated";
  /** Each event is written in two pieces, cut inside its first UTF-8 sequence of several bytes. */
  readonly splitUtf8?: boolean;
}

/** An error. */
export interface ErrorOutcome {
  readonly type: ErrorName;
  readonly body?: ErrorBody;
}

/** RATE_LIMIT_EXCEEDED that passes soon. */
export interface ShortQuotaOutcome {
  readonly type: "429-short";
  /** Delay that the body names, in ms. */
  readonly delayMs: number;
  readonly body?: ErrorBody;
}

/** QUOTA_EXHAUSTED for hours. */
export interface LongQuotaOutcome {
  readonly type: "429-long";
  /** Delay that the body names, in hours. */
  readonly hours: number;
  readonly body?: ErrorBody;
}

/** The connection breaks inside the response. */
export interface ResetMidStreamOutcome {
  readonly type: "reset-mid-stream";
  /** Events that arrive before; a call that is not streamed gets half of its body. */
  readonly afterEvents: number;
}

/** Google reports an error inside a stream that began well, and ends it. */
export interface ErrorMidStreamOutcome {
  readonly type: "error-mid-stream";
  /** Events that arrive before. */
  readonly afterEvents: number;
  /** Default `503`. */
  readonly error?: ErrorName;
  /** Without `data: ` before it, as Google's front end does it. */
  readonly raw?: boolean;
}

/** What an account answers to one call. */
export type Outcome =
  | OutcomeName
  | { readonly type: Exclude<OutcomeName, ErrorName | "ok"> }
  | OkOutcome
  | ErrorOutcome
  | ShortQuotaOutcome
  | LongQuotaOutcome
  | ResetMidStreamOutcome
  | ErrorMidStreamOutcome;

/** An outcome in its long form. */
export type OutcomeSpec = Exclude<Outcome, string>;

/** The long form of an outcome. */
export function outcomeSpec(outcome: Outcome): OutcomeSpec {
  return typeof outcome === "string" ? { type: outcome } : outcome;
}
