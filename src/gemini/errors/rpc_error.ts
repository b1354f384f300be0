/**
 * The one place where an error body is built. Every error that leaves Pollux is a bare google.rpc
 * object, `{"error":{"code","message","status","details"}}`, because that is the only shape that all
 * Google SDKs read.
 *
 * @module
 */

/** Names of google.rpc codes. Open: an unknown name from upstream passes through. */
export type RpcStatus = string;

/** One entry of `error.details`, identified by its `@type`. */
export interface RpcDetail {
  readonly "@type": string;
  readonly [field: string]: unknown;
}

/**
 * HTTP status of each google.rpc code.
 *
 * @see {@link https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto}
 */
const HTTP_OF_STATUS: ReadonlyMap<string, number> = new Map([
  ["INVALID_ARGUMENT", 400],
  ["FAILED_PRECONDITION", 400],
  ["OUT_OF_RANGE", 400],
  ["UNAUTHENTICATED", 401],
  ["PERMISSION_DENIED", 403],
  ["NOT_FOUND", 404],
  ["ABORTED", 409],
  ["ALREADY_EXISTS", 409],
  ["RESOURCE_EXHAUSTED", 429],
  ["CANCELLED", 499],
  ["UNKNOWN", 500],
  ["INTERNAL", 500],
  ["DATA_LOSS", 500],
  ["UNIMPLEMENTED", 501],
  ["UNAVAILABLE", 503],
  ["DEADLINE_EXCEEDED", 504],
]);

/** Whether a status is the name of a google.rpc code. */
export function isRpcCode(status: RpcStatus): boolean {
  return HTTP_OF_STATUS.has(status);
}

/** The google.rpc code for an HTTP status that came without one. */
const STATUS_OF_HTTP: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  408: "DEADLINE_EXCEEDED",
  409: "ABORTED",
  413: "INVALID_ARGUMENT",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  500: "INTERNAL",
  501: "UNIMPLEMENTED",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
  // Overload, a status that other providers than Google use.
  529: "UNAVAILABLE",
};

/** Members of an {@linkcode RpcError} besides its message. */
export interface RpcErrorOptions {
  /** HTTP status, if it differs from that of the google.rpc code (413, 408, 529). */
  readonly code?: number;
  /** google.rpc details, sent unchanged. */
  readonly details?: readonly RpcDetail[];
  /** Retry delay in ms: sent as `Retry-After` and as a RetryInfo detail. */
  readonly retryAfterMs?: number;
  /** The code of an error whose code is a word; see `text_code.ts`. */
  readonly textCode?: string;
  readonly cause?: unknown;
}

/** An error in Google's own shape. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  /** HTTP status. */
  readonly code: number;
  /** google.rpc code name. */
  readonly status: RpcStatus;
  readonly details: readonly RpcDetail[];
  /** Retry delay in ms, if known. */
  readonly retryAfterMs: number | undefined;
  /** Upstream's code, if it is a word. */
  readonly textCode: string | undefined;

  constructor(status: RpcStatus, message: string, options: RpcErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = status;
    this.code = options.code ?? HTTP_OF_STATUS.get(status) ?? 500;
    this.retryAfterMs = options.retryAfterMs;
    this.textCode = options.textCode;
    const details = options.details ?? [];
    this.details = options.retryAfterMs === undefined || details.some(isRetryInfo)
      ? details
      : [...details, retryInfo(options.retryAfterMs)];
  }

  /** The body as it is sent: `error` first and `code` an integer, as clients require. */
  toJSON(): { error: Record<string, unknown> } {
    return {
      error: {
        code: this.code,
        message: this.message,
        status: this.status,
        ...(this.details.length > 0 ? { details: this.details } : {}),
      },
    };
  }
}

/**
 * The google.rpc code name for an HTTP status.
 *
 * @param code HTTP status, 400 to 599.
 */
export function statusOfHttp(code: number): RpcStatus {
  return STATUS_OF_HTTP[code] ?? (code < 500 ? "INVALID_ARGUMENT" : "INTERNAL");
}

/**
 * A google.rpc.RetryInfo detail.
 *
 * @param ms Delay in ms; written in seconds, as in protobuf's JSON form of Duration.
 */
export function retryInfo(ms: number): RpcDetail {
  return { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${ms / 1000}s` };
}

function isRetryInfo(detail: RpcDetail): boolean {
  return detail["@type"] === "type.googleapis.com/google.rpc.RetryInfo";
}
