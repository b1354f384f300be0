/**
 * The interface between HTTP requests to upstreams and the connections that carry them.
 *
 * @module
 */

import type { StreamedBody } from "./http/streamed_body.ts";

/** The supported methods. */
export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A request to an upstream. */
export interface HttpRequest {
  readonly method: HttpMethod;
  /** Absolute, `http:` or `https:`. */
  readonly url: string;
  /** By names in lower case, without framing headers, which the connection writes. */
  readonly headers: Readonly<Record<string, string>>;
  /** Default: none. */
  readonly body?: Uint8Array | StreamedBody | undefined;
  /** Aborts the request, and its response. */
  readonly signal: AbortSignal;
  /**
   * Whether the request may be sent twice. Otherwise it is sent again only if it is certain that no byte of it
   * left this machine; a request with a {@linkcode StreamedBody} only while none of its body was taken.
   * Default: true for GET and HEAD, false for the others.
   */
  readonly mayRepeat?: boolean;
  /** The model, if the URL does not contain it. */
  readonly model?: string | undefined;
  /** How long the caller waits for the first byte of the response, in ms. Default: no limit. */
  readonly firstByteMs?: number | undefined;
}

/** A response whose headers have arrived. It must be read to its end or cancelled. */
export interface HttpResponse {
  readonly status: number;
  /**
   * Names in lower case, in the order received. Headers that describe a compressed body are removed if it was
   * decompressed.
   */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /**
   * Whether the response declared the end of its body, so that the end is not just the end of the connection.
   */
  readonly isFramed: boolean;
  /**
   * The value of a header, if present; the first of several.
   *
   * @param name In lower case.
   */
  header(name: string): string | undefined;
  /**
   * The next bytes of the body as they arrive, at least one; undefined at its end. The caller owns them.
   *
   * @throws When the connection fails, or the request is aborted.
   */
  read(): Promise<Uint8Array | undefined>;
  /** Cancels the rest of the body. */
  cancel(): Promise<void>;
}

/** Connections to upstreams. */
export interface Connections {
  /** The description of the route for error messages, as in ` through the account's proxy`. */
  readonly viaText: string;
  /**
   * Sends a request. Redirects are not followed. A response that arrives before the request's body has been
   * sent is returned at once; the rest of the body is dropped when the response has been read.
   *
   * @returns The response, whatever its status.
   * @throws When no response arrives, or the request is aborted. A `RequestBodyError` if a streamed body fails;
   * the server then never receives a complete request.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Closes idle connections. Pending requests continue. */
  close(): void;
}
