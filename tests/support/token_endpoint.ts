/**
 * A token endpoint on this machine that answers as it is told.
 *
 * @module
 */
import type { AuthorizedUser } from "../../src/accounts/account.ts";
import { Secret } from "../../src/accounts/secret.ts";
import { planted } from "./planted.ts";

/** A running endpoint. */
export interface TokenEndpoint extends AsyncDisposable {
  /** A user whose tokens it refreshes. */
  readonly user: AuthorizedUser;
  /** The form of every request so far. */
  readonly requests: readonly URLSearchParams[];
}

/** Starts one; `response` is given the number of the request, counted from 1. */
export function startTokenEndpoint(
  response: (count: number) => Response | Promise<Response>,
): TokenEndpoint {
  const requests: URLSearchParams[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      if (request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded")) {
        requests.push(new URLSearchParams(await request.text()));
      }
      return await response(requests.length);
    },
  );
  return {
    requests,
    user: {
      type: "authorized_user",
      clientId: "client",
      clientSecret: new Secret(planted("secret")),
      refreshToken: new Secret(planted("token")),
      tokenUri: `http://127.0.0.1:${server.addr.port}/token`,
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await server.shutdown();
    },
  };
}

/** Google's good answer. */
export function granted(token: string, members: Record<string, unknown> = {}): Response {
  return Response.json({
    access_token: token,
    expires_in: 3600,
    token_type: "Bearer",
    ...members,
  });
}
