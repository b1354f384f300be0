/**
 * The way of a request through the gateway: guard, path, key, route; and back, its errors in one form.
 *
 * @module
 */
import { Hono } from "hono";
import type { Redaction } from "../gemini/redaction/redaction.ts";
import { type NativePath, parseNativePath } from "../gemini/api/native_path.ts";
import type { Auth } from "./access/auth.ts";
import { type CallRecord, newCallRecord, recordHeaders } from "./call/call_record.ts";
import { optionsResponse, shareWith } from "./access/cors.ts";
import { drainingResponse } from "./response/draining_response.ts";
import type { Environment } from "./environment.ts";
import { errorResponse, toRpcError } from "./response/error_response.ts";
import type { Guard } from "./access/guard.ts";
import { type AdminRouteParts, adminRoutes, isAdminPath } from "./routes/admin_routes.ts";
import { type NativeRouteParts, nativeRoutes } from "./routes/native_routes.ts";
import { unservedPath } from "./routes/unserved_path.ts";

/** What the app is made of. */
export interface AppParts extends NativeRouteParts, AdminRouteParts {
  readonly guard: Guard;
  readonly auth: Auth;
  /** What all that is said of a request passes. */
  readonly redaction: Redaction;
  /** Something went wrong that Pollux did not foresee. */
  readonly onUnforeseen: (error: unknown, record: CallRecord) => void;
}

/** Answers a request. */
export type Handler = (request: Request) => Response | Promise<Response>;

/**
 * Makes the app.
 *
 * @returns A handler that never throws.
 */
export function createApp(parts: AppParts): Handler {
  const app = new Hono<Environment>({ getPath: givenPath });
  app.get("/healthz", () => Response.json({ status: "ok" }, { headers: { server: "pollux" } }));
  app.route("/", adminRoutes(parts));
  app.route("/", nativeRoutes(parts));
  app.notFound((c) => {
    const { sent, target } = c.env;
    const error = unservedPath({ verb: c.req.method, sent, target });
    return drainingResponse(c.req.raw, refuse(error, c.env.record, parts));
  });
  app.onError((error, c) => drainingResponse(c.req.raw, refuse(error, c.env.record, parts)));

  return (request) => {
    const record = newCallRecord(parts.clock.now(), parts.redaction);
    let sent: string;
    let target: NativePath;
    let caller: string;
    try {
      sent = parts.guard.check(request);
      target = parseNativePath(sent);
      // A preflight can't bring a key: browsers send none with it.
      if (request.method === "OPTIONS") {
        return share(request, optionsResponse(request), parts.guard);
      }
      caller = isAdminPath(target.path) ? "" : parts.auth.check(request, target.path);
    } catch (error) {
      const refusal = drainingResponse(request, refuse(error, record, parts));
      return shareLater(request, refusal, parts.guard);
    }
    const answer = app.fetch(request, { sent, target, record, caller });
    return request.headers.has("origin") ? shareLater(request, answer, parts.guard) : answer;
  };
}

/** The guard has read the path already: what the URL says is not to be trusted. */
function givenPath(
  _request: Request,
  options?: { readonly env?: Environment["Bindings"] },
): string {
  return options?.env?.target.path ?? "";
}

function refuse(error: unknown, record: CallRecord, parts: AppParts): Response {
  const rpc = toRpcError(error, parts.redaction);
  if (rpc.code === 500 && rpc.cause !== undefined) parts.onUnforeseen(rpc.cause, record);
  record.status = rpc.code;
  record.failure = rpc.message;
  parts.onCall(record);
  return errorResponse(rpc, recordHeaders(record));
}

/** A page of an origin that is not allowed gets no leave to read even why it was refused. */
function share(request: Request, response: Response, guard: Guard): Response {
  const origin = request.headers.get("origin");
  return origin !== null && guard.allowsOrigin(origin) ? shareWith(origin, response) : response;
}

async function shareLater(
  request: Request,
  answer: Response | Promise<Response>,
  guard: Guard,
): Promise<Response> {
  return share(request, await answer, guard);
}
