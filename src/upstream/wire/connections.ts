/**
 * How requests travel to an upstream: the seam between what is asked and the connections it takes.
 *
 * @module
 */

import type { StreamedBody } from "./http/streamed_body.ts";

/** What can be asked for. */
export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A request to an upstream. */
export interface HttpRequest {
  readonly method: HttpMethod;
  /** Absolute, `http:` or `https:`. */
  readonly url: string;
  /** By names in lower case, without those that tell how the body is framed: the connection writes them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Default: none. */
  readonly body?: Uint8Array | StreamedBody;
  /** Gives the request up, and its response. */
  readonly signal: AbortSignal;
  /**
   * Whether it does no harm to send it twice. One that must not be is sent again only where it is certain
   * that nothing of it left this machine, and one with a {@linkcode StreamedBody} only as long as none of
   * its body was taken. Default: true for GET and HEAD, false for the others.
   */
  readonly mayRepeat?: boolean;
  /** The model, where the address does not name it. */
  readonly model?: string | undefined;
  /** How long the caller waits for the response to begin, in ms. Default: without end. */
  readonly firstByteMs?: number | undefined;
}

/** A response whose headers have come. One that is not read to its end has to be cancelled. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case, in the order in which they came. Those of a body that was decompressed are gone. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Whether it told where its body ends, so that this is not just where the connection was closed. */
  readonly isFramed: boolean;
  /**
   * The value of a header, if the response has it; the first of several.
   *
   * @param name In lower case.
   */
  header(name: string): string | undefined;
  /**
   * The next bytes of the body as they come, at least one; undefined at its end. They are the caller's
   * to keep.
   *
   * @throws When the connection breaks, or the request is given up.
   */
  read(): Promise<Uint8Array | undefined>;
  /** Gives the rest of the body up. */
  cancel(): Promise<void>;
}

/** A way to upstreams. */
export interface Connections {
  /** What an error says of this way after naming the address, as in ` through the account's proxy`. */
  readonly byWayOf: string;
  /**
   * Sends a request. Redirects are not followed. A response that comes before the request's body has been
   * sent is given at once; what is left of the body is dropped when the response has been read.
   *
   * @returns The response, whatever its status.
   * @throws When no response comes, or the request is given up. A `RequestBodyError` where a streamed body
   * fails; the server then never has a complete request.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Closes idle connections. Requests under way go on as they began. */
  close(): void;
}
