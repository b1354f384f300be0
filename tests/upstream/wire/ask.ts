/** A request as a call of a model sends it. @module */
import { collect } from "../../../src/upstream/wire/http/collect.ts";
import type { Connections, HttpRequest } from "../../../src/upstream/wire/connections.ts";

/** Sends a request to a server, and reads its response whole. */
export async function ask(
  connections: Connections,
  { url, ...changes }: Partial<HttpRequest> & { readonly url: string },
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await connections.send({
    method: "POST",
    url: `${url}/v1beta/models/m:generateContent`,
    headers: {},
    signal: new AbortController().signal,
    mayRepeat: true,
    ...changes,
  });
  return { status: response.status, text: new TextDecoder().decode(await collect(response)) };
}
