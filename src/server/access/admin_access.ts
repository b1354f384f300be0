/**
 * Access to the page and to the admin API: from where, and with what.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { ReceivedBy } from "../environment.ts";
import type { GatewaySettings } from "../settings.ts";
import type { AdminAuth } from "./admin_auth.ts";
import { isLoopbackAddress, peerOf } from "./client_address.ts";
import type { AdminDoor } from "./door.ts";
import { forwardingHeader } from "./forwarded.ts";
import type { Guards } from "./guards.ts";
import { isLoopbackHost } from "./key_policy.ts";
import { keyInHeaders } from "./key_digest.ts";
import { isOwnOrigin } from "./own_origin.ts";
import { type OpenedSession, type PageSessions, TOKEN_HEADER } from "./page_sessions.ts";
import { SessionCookie } from "./session_cookie.ts";

/** The dependencies. */
export interface AdminAccessParts {
  readonly settings: Pick<GatewaySettings, "admin">;
  readonly guards: Guards;
  readonly adminAuth: AdminAuth;
  readonly pageSessions: PageSessions;
}

/** What the listener knows of a request. */
interface At {
  readonly by: ReceivedBy | undefined;
}

/** A session of a request. */
export interface PresentedSession extends Pick<OpenedSession, "expiresAtMs"> {
  readonly id: string;
}

/** Checks requests for the page and the admin API. */
export class AdminAccess {
  readonly #parts: AdminAccessParts;

  constructor(parts: AdminAccessParts) {
    this.#parts = parts;
  }

  /** Whether a request comes from where the page and the admin API respond. */
  isServed(request: Request, at: At): boolean {
    return this.#outsideBy(request, at) === undefined;
  }

  /**
   * Checks where a request comes from. Without `admin.remote`, only this machine gets a response: a loopback peer that
   * calls a loopback name, and no proxy or tunnel between. No web page but the gateway's own gets one, also if
   * `server.cors_origins` lets it make calls.
   *
   * @throws {RpcError} PERMISSION_DENIED.
   */
  checkPlace(request: Request, at: At): void {
    const why = this.#outsideBy(request, at);
    if (why !== undefined) {
      throw new RpcError(
        "PERMISSION_DENIED",
        `The page and the admin API respond to their own machine only, but ${why}. Call them there, by ` +
          "127.0.0.1 or through ssh -L; or set admin.remote to true",
      );
    }
    const { headers } = request;
    const origin = headers.get("origin");
    const isSecure = at.by?.isSecure ?? false;
    const host = this.#parts.guards.of(at.by).hostOf(request, isSecure);
    if (origin === null || isOwnOrigin(origin, { host, isSecure, headers })) return;
    throw new RpcError(
      "PERMISSION_DENIED",
      "Of all web pages, only the gateway's own one may call the admin API and use the page's session",
    );
  }

  /**
   * Checks a request for the admin API.
   *
   * @returns By which door it came.
   * @throws {RpcError} PERMISSION_DENIED, UNAUTHENTICATED; a {@linkcode WrongKeyError} if its key is wrong.
   */
  check(request: Request, at: At): AdminDoor {
    this.checkPlace(request, at);
    if (keyInHeaders(request) !== "") {
      this.#parts.adminAuth.check(request);
      return "admin-api";
    }
    if (this.cookie(request, at).ids(request).length === 0) this.#parts.adminAuth.check(request);
    this.session(request, at);
    return "page";
  }

  /**
   * The session of a request from the page. Its token is needed as well as its cookie: ports of a host share cookies, so
   * the programs at the others see the cookie.
   *
   * @throws {RpcError} PERMISSION_DENIED if it comes from elsewhere, UNAUTHENTICATED without a session.
   */
  session(request: Request, at: At): PresentedSession {
    this.checkPlace(request, at);
    const { pageSessions } = this.#parts;
    const token = request.headers.get(TOKEN_HEADER);
    if (token === null) {
      throw new RpcError(
        "UNAUTHENTICATED",
        `This request needs the token of its session in the header ${TOKEN_HEADER}`,
      );
    }
    // Programs at other ports can set cookies of the same name, so every one of them is tried.
    for (const id of this.cookie(request, at).ids(request)) {
      const found = pageSessions.find(id, token);
      if (found !== undefined) return { id, expiresAtMs: found.expiresAtMs };
    }
    throw new RpcError("UNAUTHENTICATED", "The session of this page is over. Sign in again");
  }

  /** The cookie of the session on the address that a request was sent to. */
  cookie(request: Request, { by }: At): SessionCookie {
    const isSecure = by?.isSecure ?? false;
    const host = this.#parts.guards.of(by).hostOf(request, isSecure);
    return new SessionCookie(host, {
      isSecure: isSecure || /^https:/.test(request.headers.get("origin") ?? ""),
    });
  }

  /** Why a request does not come from where it must; undefined if it does. */
  #outsideBy(request: Request, { by }: At): string | undefined {
    const { settings: { admin }, guards } = this.#parts;
    const isOpened = by?.isAdminAddress === true || admin.listenHost === undefined;
    if (admin.isRemote && isOpened) return undefined;
    const header = forwardingHeader(request.headers);
    if (header !== undefined) return `this request was forwarded: it has the header "${header}"`;
    const host = guards.of(by).hostOf(request, by?.isSecure);
    const name = host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1").toLowerCase();
    if (!isLoopbackHost(name)) return `this request calls it "${name}"`;
    return isLoopbackAddress(peerOf(by)) ? undefined : "this request comes from another machine";
  }
}
