/**
 * Handles each request: guard, path, key and route. Converts all errors to responses in one format.
 *
 * @module
 */
import { Hono } from "hono";
import { type NativePath, parseNativePath } from "../gemini/api/native_path.ts";
import type { Auth } from "./access/auth.ts";
import { type Caller, callerOf, NO_CLIENT_KEYS, OPEN } from "./access/caller.ts";
import { CallLifecycle, type LifecycleOptions } from "./call/call_lifecycle.ts";
import { type CallRecord, recordHeaders } from "./call/call_record.ts";
import { optionsResponse, shareWith } from "./access/cors.ts";
import { DrainingResponses } from "./response/draining_response.ts";
import type { Environment } from "./environment.ts";
import { errorResponse, toRpcError } from "./response/error_response.ts";
import type { Guard } from "./access/guard.ts";
import { type AdminRouteParts, adminRoutes, isAdminPath } from "./routes/admin_routes.ts";
import { type NativeRouteParts, nativeRoutes } from "./routes/native_routes.ts";
import { openUpload, tokenIn } from "./uploads/open_upload.ts";
import { unservedPath } from "./routes/unserved_path.ts";

/** The caller of admin routes, which have a key of their own. */
const NOBODY = callerOf({ id: OPEN, secret: "" }, NO_CLIENT_KEYS);

/** The dependencies of the app. */
export interface AppParts extends NativeRouteParts, AdminRouteParts, LifecycleOptions {
  readonly guard: Guard;
  readonly auth: Auth;
  /** Called when an unexpected error was thrown. */
  readonly onUnforeseen: (error: unknown, record: CallRecord) => void;
}

/** Responds to a request. */
export type Handler = (request: Request) => Response | Promise<Response>;

/**
 * Creates the app.
 *
 * @returns A handler that never throws.
 */
export function createApp(parts: AppParts): Handler {
  const draining = new DrainingResponses();
  const app = new Hono<Environment>({ getPath: givenPath });
  app.get("/healthz", (c) => {
    c.env.lifecycle.record.method = "healthz";
    return Response.json({ status: "ok" }, { headers: { server: "pollux" } });
  });
  app.route("/", adminRoutes(parts));
  app.route("/", nativeRoutes(parts));
  app.notFound((c) => {
    const { sent, target } = c.env;
    const error = unservedPath({ verb: c.req.method, sent, target });
    return draining.of(
      c.req.raw,
      refuse(error, { request: c.req.raw, lifecycle: c.env.lifecycle, parts }),
    );
  });
  app.onError((error, c) =>
    draining.of(c.req.raw, refuse(error, { request: c.req.raw, lifecycle: c.env.lifecycle, parts }))
  );

  return (request) => {
    const lifecycle = new CallLifecycle(parts);
    const response = respond(request, lifecycle);
    return response instanceof Promise
      ? response.then((response) => given(request, response, lifecycle))
      : given(request, response, lifecycle);
  };

  function respond(request: Request, lifecycle: CallLifecycle): Response | Promise<Response> {
    let sent: string;
    let target: NativePath;
    let caller: Caller;
    try {
      sent = parts.guard.check(request);
      target = parseNativePath(sent);
      if (request.method === "OPTIONS") {
        // Browsers send no key with a preflight.
        lifecycle.record.method = "preflight";
        return optionsResponse(request);
      }
      const token = tokenIn(request, target);
      if (token !== undefined) return resume(request, token, { sent, target, lifecycle });
      caller = isAdminPath(target.path) ? NOBODY : parts.auth.check(request, target.path);
    } catch (error) {
      return draining.of(request, refuse(error, { request, lifecycle, parts }));
    }
    return app.fetch(request, { sent, target, lifecycle, caller });
  }

  /** Goes on with an upload, whose token says who the caller is. */
  async function resume(
    request: Request,
    token: string,
    at: Pick<Environment["Bindings"], "sent" | "target" | "lifecycle">,
  ): Promise<Response> {
    const { auth, uploads } = parts;
    try {
      const opened = await openUpload(request, token, { path: at.target.path, auth, uploads });
      return await app.fetch(request, { ...at, ...opened });
    } catch (error) {
      return await draining.of(request, refuse(error, { request, lifecycle: at.lifecycle, parts }));
    }
  }

  /** Completes a response for the client. This ends the call, unless the response is streamed. */
  function given(request: Request, response: Response, lifecycle: CallLifecycle): Response {
    lifecycle.responded(response.status);
    const origin = request.headers.get("origin");
    // A page of an origin that is not allowed must not be able to read even the error.
    return origin !== null && parts.guard.allowsOrigin(origin)
      ? shareWith(origin, response)
      : response;
  }
}

/** Returns the path that the guard has checked, since the URL is not trustworthy. */
function givenPath(
  _request: Request,
  options?: { readonly env?: Environment["Bindings"] },
): string {
  return options?.env?.target.path ?? "";
}

/** Verb and path, without the query and what was encoded of it: these may contain keys and tokens. */
function requestLine({ method, url }: Request): string {
  const [address = ""] = url.split(/[?#]|%3f/i, 1);
  return `${method} ${address.replace(/^[a-z]+:\/\/[^/]*/i, "")}`;
}

/** A request that gets an error. */
interface Refused {
  readonly request: Request;
  readonly lifecycle: CallLifecycle;
  readonly parts: AppParts;
}

function refuse(error: unknown, { request, lifecycle, parts }: Refused): Response {
  const rpc = toRpcError(error, parts.redaction);
  const { record } = lifecycle;
  if (rpc.code === 500 && rpc.cause !== undefined) parts.onUnforeseen(rpc.cause, record);
  if (record.method === "") record.request = parts.redaction.text(requestLine(request));
  lifecycle.failed(rpc);
  return errorResponse(rpc, recordHeaders(record));
}
