/**
 * Sends upload requests, and selects the parts of their responses that are for the client.
 *
 * @module
 */
import { checkHasBody, type Exchange, send, withFinalFaults } from "./exchange.ts";
import type { UploadResponse } from "../upstream.ts";
import { readBytes } from "./whole_response.ts";
import type { HttpResponse } from "../wire/connections.ts";

/** "Resume Incomplete", with which uploads by `uploadType=resumable` continue. */
const INCOMPLETE = 308;

/** Headers with the address of the upload, which a client must not use, since it would bypass the gateway. */
const ADDRESSES: readonly string[] = ["x-goog-upload-url", "location"];

/** Headers that the client needs to continue. Those with Google's ids or addresses are left out. */
const FOR_CLIENT =
  /^(?:content-type|range|x-goog-upload-(?:status|size-received|chunk-granularity|header-.*))$/;

/**
 * Sends a request of an upload, and collects its response, which is short.
 *
 * @throws {UpstreamFault} Final, if a part of a streamed body was sent.
 */
export function sendForUpload(exchange: Exchange): Promise<UploadResponse> {
  return withFinalFaults(exchange, receive(exchange));
}

async function receive(exchange: Exchange): Promise<UploadResponse> {
  const response = await send({ ...exchange, accepts: (status) => status === INCOMPLETE });
  await checkHasBody(response);
  const bytes = await readBytes(response, exchange);
  return {
    type: "upload",
    status: response.status,
    headers: headersForClient(response),
    url: addressIn(response, exchange.url),
    bytes,
  };
}

function headersForClient({ headers }: HttpResponse): Record<string, string> {
  return Object.fromEntries(headers.filter(([name]) => FOR_CLIENT.test(name)));
}

/**
 * The address in a response, always at the server that sent the response. If the address names another server, only
 * its path and query are used, as Google's own SDKs do. So requests keep going through a base URL that is a proxy, and
 * the account's key is never sent to a server that a response names.
 */
function addressIn(response: HttpResponse, url: string): string | undefined {
  const address = ADDRESSES.map((name) => response.header(name)).find((value) => value);
  const parsed = address === undefined ? null : URL.parse(address, url);
  // The path of another scheme need not begin with a slash, and could change the host.
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return undefined;
  const { origin, pathname, search } = parsed;
  const base = origin === new URL(url).origin ? origin : url.slice(0, url.lastIndexOf("/upload/"));
  return `${base}${pathname}${search}`;
}
