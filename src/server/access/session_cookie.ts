/**
 * The cookie of the page's session.
 *
 * @module
 */
import { SESSION_MS } from "./page_sessions.ts";

/** Most cookies of one name that are read. */
const MOST_COOKIES = 64;

/** The cookie on one address of the gateway. */
export class SessionCookie {
  readonly #name: string;
  readonly #isSecure: boolean;

  /**
   * @param host With its port, if it is not the default one. The port is part of the name, since the ports of a host
   * share their cookies. Behind a proxy there is none, and the scheme is not always known.
   * @param options `isSecure`: whether the page was loaded over https.
   */
  constructor(host: string, { isSecure }: { readonly isSecure: boolean }) {
    const port = /:(\d+)$/.exec(host)?.[1];
    this.#name = port === undefined ? "pollux_session" : `pollux_session_${port}`;
    this.#isSecure = isSecure;
  }

  /** The values of the cookies of this name that a request has. */
  ids({ headers }: Pick<Request, "headers">): readonly string[] {
    const ids: string[] = [];
    for (const pair of (headers.get("cookie") ?? "").split(";")) {
      const at = pair.indexOf("=");
      if (pair.slice(0, at).trim() === this.#name) ids.push(pair.slice(at + 1).trim());
      if (ids.length === MOST_COOKIES) break;
    }
    return ids;
  }

  /** The value of `Set-Cookie` that keeps a session. */
  kept(id: string): string {
    return this.#text(id, SESSION_MS / 1000);
  }

  /** The value of `Set-Cookie` that removes the session. */
  removed(): string {
    return this.#text("", 0);
  }

  #text(value: string, maxAgeS: number): string {
    const secure = this.#isSecure ? "; Secure" : "";
    return `${this.#name}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure}`;
  }
}
