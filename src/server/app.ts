/**
 * Handles each request: guard, path, key and route. Converts all errors to responses in one format.
 *
 * @module
 */
import { Hono } from "hono";
import { type NativePath, parseNativePath } from "../gemini/api/native_path.ts";
import { clientApiOf } from "../formats/client_api.ts";
import { ownAddress } from "./own_address.ts";
import type { KeyLimiter } from "../keys/limits/key_limiter.ts";
import type { Auth } from "./access/auth.ts";
import { type ClientAddresses, networkOf, peerOf } from "./access/client_address.ts";
import { type Caller, callerOf, NO_CLIENT_KEYS, OPEN } from "./access/caller.ts";
import { CallLifecycle, type LifecycleOptions } from "./call/call_lifecycle.ts";
import { type CallRecord, recordHeaders } from "./call/call_record.ts";
import { optionsResponse, shareWith } from "./access/cors.ts";
import { ADDED_BYTES, DrainingResponses } from "./response/draining_response.ts";
import { type Environment, givenPath, type ReceivedBy } from "./environment.ts";
import { ownJson } from "./response/own_json.ts";
import { errorResponse, toRpcError } from "./response/error_response.ts";
import { adminMount, type AdminMountParts } from "./admin/admin_mount.ts";
import { doorOf } from "./access/door.ts";
import type { Guards } from "./access/guards.ts";
import { type ClientKey, hasRight } from "../keys/client_key.ts";
import { type AdminRouteParts, adminRoutes } from "./routes/admin_routes.ts";
import { metricsRoute, type MetricsRouteParts } from "./routes/metrics_route.ts";
import { type PageRouteParts, pageRoutes } from "./routes/page_routes.ts";
import { RpcError } from "../gemini/errors/rpc_error.ts";
import { TOKEN_HEADER } from "./access/page_sessions.ts";
import { type NativeRouteParts, nativeRoutes } from "./routes/native_routes.ts";
import { keptResponseRoutes } from "./formats/kept_response_routes.ts";
import { type OperationRouteParts, operationRoutes } from "./formats/operation_routes.ts";
import { modelListRoutes } from "./formats/model_list_routes.ts";
import { unservedOperation } from "./formats/unserved_operation.ts";
import { openUpload, tokenIn } from "./uploads/open_upload.ts";
import { ephemeralTokenIn, makerOfToken } from "./live/ephemeral_token.ts";
import { asksForSocket, type RefusedSockets } from "./live/socket_request.ts";
import { unservedPath } from "./routes/unserved_path.ts";
import { WrongKeyError, type WrongKeys } from "./access/wrong_keys.ts";

/** The status of a response that opens a WebSocket. */
const SWITCHING_PROTOCOLS = 101;

const ONLY_ADMIN = "This address serves the page, the admin API and the metrics alone. Call " +
  "the gateway's other address";

/** The caller at doors that have a key of their own. */
const NOBODY = callerOf({ id: OPEN, secret: "" }, NO_CLIENT_KEYS);

/** The dependencies of the app. */
export interface AppParts
  extends
    NativeRouteParts,
    OperationRouteParts,
    AdminRouteParts,
    AdminMountParts,
    MetricsRouteParts,
    PageRouteParts,
    LifecycleOptions {
  readonly guards: Guards;
  readonly auth: Auth;
  readonly limiter: Pick<KeyLimiter, "call">;
  readonly clientAddresses: ClientAddresses;
  readonly wrongKeys: WrongKeys;
  readonly refusedSockets: RefusedSockets;
  /** Called when an unexpected error was thrown. */
  readonly onUnforeseen: (error: unknown, record: CallRecord) => void;
}

/** Responds to a request. */
export type Handler = (request: Request, by?: ReceivedBy) => Response | Promise<Response>;

/**
 * Creates the app.
 *
 * @returns A handler that never throws.
 */
export function createApp(parts: AppParts): Handler {
  const draining = new DrainingResponses();
  const { refusedSockets } = parts;
  const app = new Hono<Environment>({ getPath: givenPath });
  app.get("/healthz", (c) => {
    const { record } = c.env.lifecycle;
    record.method = "healthz";
    return ownJson({ status: "ok" }, { record, headers: { server: "pollux" } });
  });
  app.route("/", pageRoutes(parts));
  app.route("/", metricsRoute(parts));
  app.route("/", adminMount(parts));
  app.route("/", adminRoutes(parts));
  app.route("/", operationRoutes(parts));
  app.route("/", keptResponseRoutes(parts));
  app.route("/", modelListRoutes(parts));
  app.route("/", nativeRoutes(parts));
  app.notFound((c) => {
    const { sent, target } = c.env;
    const request = c.req.raw;
    const { pathname: path, searchParams: query } = new URL(request.url);
    const api = clientApiOf({ path, headers: request.headers, query });
    const verb = c.req.method;
    const error = api === "native" ? unservedPath({ verb, sent, target }) : unservedOperation({
      verb,
      sent,
      api,
      address: ownAddress(request, parts.settings.server),
      operations: parts.operations,
    });
    return refused(error, { ...c.env, request, parts });
  });
  app.onError((error, c) => {
    return refused(error, { ...c.env, request: c.req.raw, parts });
  });

  return (request, by) => {
    const lifecycle = new CallLifecycle(parts);
    try {
      const response = respond(request, lifecycle, by);
      return response instanceof Promise
        ? response.then((response) => given(request, response, lifecycle))
          .catch((error) => failed(error, { request, lifecycle }))
        : given(request, response, lifecycle);
    } catch (error) {
      return failed(error, { request, lifecycle });
    }
  };

  /**
   * The response when even the response of an error could not be made. The call ends in any case: otherwise it would
   * count as one in flight for ever.
   */
  function failed(
    error: unknown,
    { request, lifecycle }: { readonly request: Request; readonly lifecycle: CallLifecycle },
  ): Response {
    const { record } = lifecycle;
    parts.onUnforeseen(error, record);
    const rpc = toRpcError(error, parts.redaction);
    lifecycle.failed(rpc);
    record.status = rpc.code;
    lifecycle.end();
    return errorResponse(rpc, { request, headers: { "x-request-id": record.requestId } });
  }

  function respond(
    request: Request,
    lifecycle: CallLifecycle,
    by: ReceivedBy | undefined,
  ): Response | Promise<Response> {
    let sent: string;
    let target: NativePath | undefined;
    let caller: Caller;
    try {
      sent = parts.guards.of(by).check(request, by?.isSecure);
      target = parseNativePath(sent);
      if (request.method === "OPTIONS") {
        // Browsers send no key with a preflight.
        lifecycle.record.method = "preflight";
        return optionsResponse(request);
      }
      // The address of the page and the admin API serves neither uploads nor Live.
      const isMain = by?.isAdminAddress !== true;
      const token = isMain ? tokenIn(request, target) : undefined;
      if (token !== undefined) return resume(request, token, { sent, target, lifecycle, by });
      const ephemeral = isMain ? ephemeralTokenIn(request, target) : undefined;
      if (ephemeral !== undefined) {
        return withToken(request, ephemeral, { sent, target, lifecycle, by });
      }
      caller = callerOfRequest(request, { path: target.path, sent, by });
      if (target.path === "/healthz") lifecycle.calledBy(caller);
      else admit(caller, lifecycle, mayUseTokens(request, target));
    } catch (error) {
      return refused(error, { request, target, lifecycle, by, parts });
    }
    return app.fetch(request, { sent, target, lifecycle, by, caller });
  }

  /** Who sends a request; the doors that do not ask for the gateway's key check access in their routes. */
  function callerOfRequest(
    request: Request,
    { path, sent, by }: Pick<Environment["Bindings"], "sent" | "by"> & { readonly path: string },
  ): Caller {
    const door = doorOf(path, sent);
    if (door !== undefined && door !== "root" && door !== "reports") return NOBODY;
    if (door === undefined && request.headers.has(TOKEN_HEADER)) {
      // Whatever else opens the gateway: a page whose session is over must notice it.
      parts.adminAccess.session(request, { by });
      return parts.auth.ofPage();
    }
    if (by?.isAdminAddress === true && door !== "root" && path !== "/healthz") {
      throw new RpcError("NOT_FOUND", ONLY_ADMIN);
    }
    return door === "reports" ? NOBODY : parts.auth.check(request, path);
  }

  /** Counts the request of a caller; throws RESOURCE_EXHAUSTED if the limits of its key do not allow it. */
  function admit(caller: Caller, lifecycle: CallLifecycle, mayUseTokens: boolean): void {
    lifecycle.calledBy(caller);
    if (caller.key === undefined) return;
    if (!hasRight(caller.key, "calls")) throw onlyMetrics(caller.key);
    const limited = parts.limiter.call(caller.key);
    lifecycle.record.limited = limited;
    limited.admit(mayUseTokens);
  }

  /** Opens a session with an ephemeral token, which identifies the caller. */
  async function withToken(
    request: Request,
    token: string,
    at: Omit<Environment["Bindings"], "caller">,
  ): Promise<Response> {
    try {
      const caller = await makerOfToken(token, parts);
      admit(caller, at.lifecycle, true);
      return await app.fetch(request, { ...at, caller, token });
    } catch (error) {
      return await refused(error, { request, ...at, parts });
    }
  }

  /** The response to a request that gets an error. */
  function refused(error: unknown, refusal: Refused): Response | Promise<Response> {
    const { request, target, lifecycle } = refusal;
    const rpc = errorFor(error, refusal);
    const headers = recordHeaders(lifecycle.record);
    if (asksForSocket(request, target)) {
      const response = refusedSockets.refuse(request, { error: rpc, headers });
      if (response !== undefined) {
        lifecycle.responded(rpc.code);
        return response;
      }
    }
    const { record } = lifecycle;
    const response = errorResponse(rpc, { request, headers, record });
    const drained = draining.of(request, response);
    if (drained !== response) record.bytesOut += ADDED_BYTES;
    return drained;
  }

  /** Continues an upload, whose token identifies the caller. */
  async function resume(
    request: Request,
    token: string,
    at: Omit<Environment["Bindings"], "caller">,
  ): Promise<Response> {
    const { auth, uploads } = parts;
    try {
      const opened = await openUpload(request, token, { path: at.target.path, auth, uploads });
      admit(opened.caller, at.lifecycle, false);
      return await app.fetch(request, { ...at, ...opened });
    } catch (error) {
      return await refused(error, { request, ...at, parts });
    }
  }

  /** Completes a response for the client. This ends the call, unless the response is streamed. */
  function given(request: Request, response: Response, lifecycle: CallLifecycle): Response {
    // The call lasts as long as the WebSocket, and this response must not be replaced.
    if (response.status === SWITCHING_PROTOCOLS) return response;
    lifecycle.responded(response.status);
    const origin = request.headers.get("origin");
    // A page of an origin that is not allowed must not be able to read even the error.
    return origin !== null && parts.guards.main.allowsOrigin(origin)
      ? shareWith(origin, response)
      : response;
  }
}

/** Whether a request may be a call of a model: its method is not known before its key is checked. */
function mayUseTokens({ method }: Request, { prefix }: NativePath): boolean {
  return prefix === "ws" || (prefix === undefined && method === "POST");
}

/** Verb and path, without the query and what was encoded of it: these may contain keys and tokens. */
function requestLine({ method, url }: Request): string {
  const [address = ""] = url.split(/[?#]|%3f/i, 1);
  return `${method} ${address.replace(/^[a-z]+:\/\/[^/]*/i, "")}`;
}

/** The error for a key that was made to read the metrics alone. */
function onlyMetrics({ name }: ClientKey): RpcError {
  return new RpcError(
    "PERMISSION_DENIED",
    `The key "${name}" may only read the metrics. To allow calls: pollux keys edit ${name} --may calls,metrics`,
  );
}

/** A request that gets an error. */
interface Refused {
  readonly request: Request;
  /** Undefined if the request was refused before its path was read. */
  readonly target: NativePath | undefined;
  readonly lifecycle: CallLifecycle;
  readonly by: ReceivedBy | undefined;
  readonly parts: AppParts;
}

/** The error for the client, which is recorded. */
function errorFor(error: unknown, { request, lifecycle, by, parts }: Refused): RpcError {
  const { clientAddresses, wrongKeys } = parts;
  const rpc = toRpcError(
    error instanceof WrongKeyError
      ? wrongKeys.counted(error, networkOf(clientAddresses.of(request.headers, peerOf(by))))
      : error,
    parts.redaction,
  );
  const { record } = lifecycle;
  if (rpc.code === 500 && rpc.cause !== undefined) parts.onUnforeseen(rpc.cause, record);
  if (record.method === "") record.request = parts.redaction.text(requestLine(request));
  lifecycle.failed(rpc);
  record.limited?.settle();
  return rpc;
}
