/**
 * An upstream that answers as it is told, for answers that Google does not give.
 *
 * @module
 */

import { OwnPath, strayResponse } from "./own_path.ts";

/** A running server. */
export interface FakeUpstream extends AsyncDisposable {
  /** Origin, without slash at the end. */
  readonly url: string;
  /** Every request so far; their addresses are without the path of {@linkcode url}. */
  readonly requests: readonly { readonly url: URL; readonly headers: Headers }[];
}

/** Starts one; `response` is given the request's address. */
export function startFakeUpstream(response: (url: URL) => Response): FakeUpstream {
  const path = new OwnPath();
  const requests: { url: URL; headers: Headers }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { origin } = new URL(request.url);
    const rest = path.rest(request.url.slice(origin.length));
    if (rest === undefined) return strayResponse();
    const url = new URL(rest, origin);
    requests.push({ url, headers: new Headers(request.headers) });
    await request.body?.pipeTo(new WritableStream());
    return response(url);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}${path.prefix}`,
    requests,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
    },
  };
}
