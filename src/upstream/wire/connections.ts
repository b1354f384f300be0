/**
 * How requests travel to an upstream: the seam between what is asked and the connections it takes.
 *
 * @module
 */

/** A request to an upstream. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  /** Absolute, `http:` or `https:`. */
  readonly url: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Gives the request up, and its answer. */
  readonly signal: AbortSignal;
  /** Whether it does no harm to send it twice. Default: true for GET, false for POST. */
  readonly mayRepeat?: boolean;
  /** The model, where the address does not name it. */
  readonly model?: string | undefined;
  /** How long the caller waits for the response to begin, in ms. Default: without end. */
  readonly firstByteMs?: number | undefined;
}

/** An answer whose headers have come. One that is not read to its end has to be cancelled. */
export interface HttpAnswer {
  readonly status: number;
  /**
   * The value of a header, if the answer has it.
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
   * Sends a request. Redirects are not followed.
   *
   * @returns Whatever is answered, errors too.
   * @throws When no answer comes, or the request is given up.
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Gives up what nobody uses. Requests under way go on as they began. */
  close(): void;
}
