/**
 * Responses that are streamed as bytes, such as the content of a file. Google may redirect a download to another
 * of its hosts; a redirect to any other host is not followed.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { checkHasBody, type Exchange, networkFault, send } from "./exchange.ts";
import { UpstreamFault } from "../faults/upstream_fault.ts";
import type { HttpResponse } from "../wire/connections.ts";

/** A response with a 2xx status. */
export interface ByteResponse extends Pick<HttpResponse, "status" | "headers"> {
  /**
   * The body. It reads from upstream only when it is read. It fails with an {@linkcode UpstreamFault}, and must be read
   * to its end or cancelled.
   */
  readonly body: ReadableStream<Uint8Array>;
}

/** Most redirects of one download. */
const MOST_REDIRECTS = 5;

/** The redirects that a GET follows. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The hosts of Google that serve files. */
const GOOGLE_HOST = /(?:^|\.)(?:googleapis|googleusercontent)\.com$/;

/** The only headers that are sent to a host other than the account's own: none of them is a credential. */
const HARMLESS: ReadonlySet<string> = new Set(["if-range", "range", "user-agent"]);

/**
 * Sends a request, and follows its redirects.
 *
 * @throws {UpstreamFault} For every status but 2xx, and for a redirect to a host that is not Google's.
 */
export async function sendForBytes(exchange: Exchange): Promise<ByteResponse> {
  const { origin } = new URL(exchange.url);
  let at = exchange;
  for (let redirects = 0;; redirects++) {
    const response = await send({ ...at, accepts: isRedirect });
    const { status, headers } = response;
    if (!isRedirect(status)) {
      await checkHasBody(response);
      return { status, headers, body: bodyOf(response, at) };
    }
    await response.cancel();
    if (redirects === MOST_REDIRECTS) throw refused("too often");
    at = redirected(at, { location: response.header("location"), origin });
  }
}

/** The request to the target of a redirect. The account's credential is sent to its own origin only. */
function redirected(
  exchange: Exchange,
  { location, origin }: { readonly location: string | undefined; readonly origin: string },
): Exchange {
  const url = location ? URL.parse(location, exchange.url) : null;
  if (url === null || url.username !== "" || url.password !== "") {
    throw refused("to no usable address");
  }
  const isOwn = url.origin === origin;
  const isGoogle = url.protocol === "https:" && url.port === "" && GOOGLE_HOST.test(url.hostname);
  if (!isOwn && !isGoogle) throw refused(`to "${url.host}", which is not a host of Google`);
  url.hash = "";
  // After a redirect to another host, that host chooses the next address: the credential is not sent again.
  const headers = isOwn ? exchange.headers : Object.fromEntries(
    Object.entries(exchange.headers).filter(([name]) => HARMLESS.has(name)),
  );
  return { ...exchange, url: url.href, headers };
}

function isRedirect(status: number): boolean {
  return REDIRECTS.has(status);
}

function refused(where: string): UpstreamFault {
  const message = `Upstream redirects this download ${where}, so Pollux does not follow it`;
  const rpc = new RpcError("INTERNAL", message, { code: 502 });
  return new UpstreamFault("request", rpc, { owner: "upstream" });
}

function bodyOf(response: HttpResponse, exchange: Exchange): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const bytes = await response.read();
        if (bytes === undefined) controller.close();
        else controller.enqueue(bytes);
      } catch (error) {
        throw networkFault(error, exchange);
      }
    },
    cancel: () => response.cancel(),
  }, { highWaterMark: 0 });
}
