/**
 * The path prefix of one test's server. Unit tests run in parallel, and the system gives a port that one
 * test has freed to another one's server at once: a late request of the first then reaches the second.
 * A server that counts requests takes only those under a prefix that no other test can know.
 *
 * @module
 */

/** A prefix, and what to do with the requests that are not under it. */
export class OwnPath {
  /** For the end of the server's address, as in `/of-9b2f…`. */
  readonly prefix = `/of-${crypto.randomUUID()}`;

  /** The target of a request (path and query) after the prefix; undefined for another test's request. */
  rest(target: string): string | undefined {
    if (!target.startsWith(this.prefix)) return undefined;
    const rest = target.slice(this.prefix.length);
    return rest.startsWith("/") ? rest : `/${rest}`;
  }

  /**
   * A request as text whose first line is whole, without the prefix; undefined for another test's request.
   */
  restOf(request: string): string | undefined {
    const space = request.indexOf(" ");
    const end = request.indexOf(" ", space + 1);
    const rest = this.rest(request.slice(space + 1, end));
    return rest && `${request.slice(0, space + 1)}${rest}${request.slice(end)}`;
  }
}

/** What a request of another test is answered with, on bare TCP. */
export const STRAY =
  "HTTP/1.1 421 Misdirected Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/** What a request of another test is answered with. */
export function strayResponse(): Response {
  return new Response("This is the server of another test", { status: 421 });
}
