/**
 * The page: its files, its sessions, and the way to it.
 *
 * @module
 */
import { Hono } from "hono";
import { utf8Bytes } from "../../base/text/text.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { AdminAccess } from "../access/admin_access.ts";
import type { AdminAuth } from "../access/admin_auth.ts";
import { type PageSessions, TOKEN_HEADER } from "../access/page_sessions.ts";
import type { UiCodes } from "../access/ui_codes.ts";
import { WrongKeyError } from "../access/wrong_keys.ts";
import { readJsonBody } from "../body/json_body.ts";
import type { CallRecord } from "../call/call_record.ts";
import type { Environment } from "../environment.ts";
import { ownJson } from "../response/own_json.ts";

/** A file of the page. */
export interface PageFile {
  /** Its content type. */
  readonly type: string;
  readonly text: string;
}

/**
 * Gives the files of the page.
 *
 * @param path What follows `/ui/`, decoded; empty for the page itself.
 * @returns Undefined if there is no such file.
 */
export type PageSource = (path: string) => Promise<PageFile | undefined>;

/** The dependencies of the page's routes. */
export interface PageRouteParts {
  readonly adminAccess: AdminAccess;
  readonly adminAuth: AdminAuth;
  readonly pageSessions: PageSessions;
  readonly uiCodes: UiCodes;
  /** Default: there is no page. */
  readonly page?: PageSource | undefined;
  /** Called with every sign-in. */
  readonly onSignIn?: ((signIn: SignIn) => void) | undefined;
}

/** A sign-in at the page, or a sign-out. */
export interface SignIn {
  readonly outcome: "signed-in" | "refused" | "signed-out";
  readonly by: "key" | "code" | "session";
}

/** Most bytes of a sign-in. */
const MAX_BYTES = 4096;

/** The time within which a sign-in arrives, in ms. */
const TIMEOUT_MS = 10_000;

const FAVICON = "/favicon.ico";

const WHAT_THIS_IS =
  "This is Pollux, a gateway for the Gemini API: use this address as the base URL of your client.\n";

/** What a response of the page may do in a browser: load what comes from here, and call the gateway. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  server: "pollux",
} as const;

/** Creates the routes `/`, `/favicon.ico`, `/ui/…` and `/ui/session`. */
export function pageRoutes(parts: PageRouteParts): Hono<Environment> {
  const { adminAccess, pageSessions, page } = parts;
  const routes = new Hono<Environment>();

  routes.get("/", async (c, next) => {
    // A version alone, as in "/v1beta", has the same path.
    if (c.env.sent !== "/") return await next();
    const { record } = c.env.lifecycle;
    record.method = "root";
    const isBrowser = /\btext\/html\b/.test(c.req.header("accept") ?? "");
    const vary = { vary: "Accept" };
    if (isBrowser && page !== undefined && adminAccess.isServed(c.req.raw, c.env)) {
      return redirect({ ...HEADERS, ...vary });
    }
    record.bytesOut += WHAT_THIS_IS.length;
    const type = { "content-type": "text/plain; charset=utf-8" };
    return new Response(WHAT_THIS_IS, { headers: { ...HEADERS, ...vary, ...type } });
  });

  if (page === undefined) return routes;

  for (const path of ["/ui/*", FAVICON]) {
    routes.use(path, async (c, next) => {
      c.env.lifecycle.record.method = "ui";
      adminAccess.checkPlace(c.req.raw, c.env);
      await next();
    });
  }

  // The page names its icon. Browsers ask here for those of the other responses that they show.
  routes.get(FAVICON, () => new Response(null, { status: 204, headers: HEADERS }));

  routes.post("/ui/session", async (c) => {
    const request = c.req.raw;
    const { record } = c.env.lifecycle;
    record.method = "ui.session";
    const by = await signIn(request, record);
    const cookie = adminAccess.cookie(request, c.env);
    // A cookie that was there before never becomes the session's.
    for (const id of cookie.ids(request)) pageSessions.end(id);
    const { id, token, expiresAtMs } = pageSessions.open();
    parts.onSignIn?.({ outcome: "signed-in", by });
    const json = { token, expiresAt: new Date(expiresAtMs).toISOString() };
    return ownJson(json, { record, headers: { ...HEADERS, "set-cookie": cookie.kept(id) } });
  });

  routes.get("/ui/session", (c) => {
    const { record } = c.env.lifecycle;
    record.method = "ui.session";
    // The cookie alone never gives the token, because other ports of this host see it.
    const { expiresAtMs } = adminAccess.session(c.req.raw, c.env);
    const token = c.req.header(TOKEN_HEADER);
    const json = { token, expiresAt: new Date(expiresAtMs).toISOString() };
    return ownJson(json, { record, headers: HEADERS });
  });

  routes.delete("/ui/session", (c) => {
    c.env.lifecycle.record.method = "ui.session";
    const { id } = adminAccess.session(c.req.raw, c.env);
    pageSessions.end(id);
    parts.onSignIn?.({ outcome: "signed-out", by: "session" });
    const cookie = adminAccess.cookie(c.req.raw, c.env);
    return new Response(null, {
      status: 204,
      headers: { ...HEADERS, "set-cookie": cookie.removed() },
    });
  });

  routes.get("/ui/*", async (c, next) => {
    const { sent, target, lifecycle: { record } } = c.env;
    // The page's own addresses are relative to the slash.
    if (sent === "/ui") return redirect(HEADERS);
    const file = await page(target.path.slice("/ui/".length));
    if (file === undefined) return await next();
    const bytes = utf8Bytes(file.text);
    record.bytesOut += bytes.length;
    return new Response(bytes, { headers: { ...HEADERS, "content-type": file.type } });
  });
  return routes;

  /** Checks the key or the code of a sign-in; returns which of them it has. */
  async function signIn(request: Request, record: CallRecord): Promise<"key" | "code"> {
    const limits = { maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS, record };
    const { key, code, ...others } = await readJsonBody(request, limits);
    const isOne = (key === undefined) !== (code === undefined) && Object.keys(others).length === 0;
    const by = key === undefined ? "code" : "key";
    const text = key ?? code;
    if (!isOne || typeof text !== "string") {
      throw new RpcError("INVALID_ARGUMENT", 'Send {"key": "…"} or {"code": "…"}');
    }
    try {
      if (by === "key") parts.adminAuth.checkKey(text);
      else if (!parts.uiCodes.use(text)) throw new WrongKeyError(WRONG_CODE);
    } catch (error) {
      parts.onSignIn?.({ outcome: "refused", by });
      throw error;
    }
    return by;
  }
}

const WRONG_CODE = 'This code was used, or its two minutes are over. "pollux ui" makes another one';

function redirect(headers: Readonly<Record<string, string>>): Response {
  return new Response(null, { status: 302, headers: { ...headers, location: "/ui/" } });
}
