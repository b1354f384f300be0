/**
 * The route `/metrics`.
 *
 * @module
 */
import { Hono } from "hono";
import { utf8Bytes } from "../../base/text/text.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { hasRight } from "../../keys/client_key.ts";
import type { AdminAuth } from "../access/admin_auth.ts";
import type { Auth } from "../access/auth.ts";
import type { Caller } from "../access/caller.ts";
import { keyInHeaders } from "../access/key_digest.ts";
import { WrongKeyError } from "../access/wrong_keys.ts";
import type { Environment } from "../environment.ts";

/** Gives the metrics. */
export interface MetricsSource {
  /** The metrics as they are now. */
  text(): Promise<string> | string;
  /** The content type of the text. */
  readonly type: string;
}

/** The dependencies of the route. */
export interface MetricsRouteParts {
  readonly auth: Auth;
  readonly adminAuth: AdminAuth;
  /** Default: there are no metrics. */
  readonly metrics?: MetricsSource | undefined;
}

/** Creates the route. */
export function metricsRoute({ auth, adminAuth, metrics }: MetricsRouteParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  if (metrics === undefined) return routes;
  routes.get("/metrics", async (c) => {
    const { lifecycle } = c.env;
    const { record } = lifecycle;
    record.method = "metrics";
    const key = keyInHeaders(c.req.raw);
    if (!adminAuth.matches(key)) {
      const caller = callerOf(c.req.raw, key);
      lifecycle.calledBy(caller);
      if (caller.key !== undefined && !hasRight(caller.key, "metrics")) {
        throw new RpcError(
          "PERMISSION_DENIED",
          `The key "${caller.key.name}" may not read the metrics. To allow it: ` +
            `pollux keys edit ${caller.key.name} --may calls,metrics`,
        );
      }
    }
    const bytes = utf8Bytes(await metrics.text());
    record.bytesOut += bytes.length;
    const headers = { "content-type": metrics.type, "cache-control": "no-store", server: "pollux" };
    return new Response(bytes, { headers });
  });
  return routes;

  function callerOf(request: Request, key: string): Caller {
    try {
      return auth.check(request, "/metrics");
    } catch (error) {
      // Where clients have no keys, none of theirs is wrong, but this one may guess the admin key.
      const isGuess = error instanceof RpcError && key !== "" && !auth.hasKeys;
      throw isGuess ? new WrongKeyError(error.message) : error;
    }
  }
}
