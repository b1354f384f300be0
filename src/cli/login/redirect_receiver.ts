/**
 * The loopback server that Google redirects the user's browser to.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8252#section-7.3}
 * @module
 */

/** Where to listen. */
export interface RedirectPlace {
  /** 0 takes any free port. */
  readonly port: number;
  /** The host in the redirect URI: `127.0.0.1` or `localhost`. */
  readonly hostname: string;
  readonly path: string;
}

/** A receiver, which listens until it is disposed of. */
export interface RedirectReceiver extends AsyncDisposable {
  /** The redirect URI that is sent to Google. */
  readonly redirectUri: string;
  /** Resolves to the query of the first redirect. */
  readonly answer: Promise<URLSearchParams>;
}

/** How long the browser may take to load the page, in ms. */
const CLOSING_LIMIT_MS = 2_000;

const HEADERS = {
  "connection": "close",
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'",
  "referrer-policy": "no-referrer",
};

/**
 * Starts to listen for the browser, on loopback only.
 *
 * @throws {Error} whose message says, for people, why it cannot listen.
 */
export function receiveRedirect({ port, hostname, path }: RedirectPlace): RedirectReceiver {
  const { promise, resolve } = Promise.withResolvers<URLSearchParams>();
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      hostname: "127.0.0.1",
      port,
      onListen() {},
    }, (request) => {
      const url = new URL(request.url);
      if (url.pathname !== path) return page(404, "There is nothing here.");
      if (request.method !== "GET") return page(405, "Google's response comes with GET.");
      const query = url.searchParams;
      if (!query.has("code") && !query.has("error")) {
        return page(400, "This is not a response from Google: it has neither a code nor an error.");
      }
      resolve(query);
      return page(
        200,
        "Pollux has Google's response. You can close this tab and return to the terminal.",
      );
    });
  } catch (cause) {
    throw new Error(
      `Cannot listen on 127.0.0.1:${port} for Google's response` +
        (cause instanceof Deno.errors.AddrInUse ? ": another program has this port" : ""),
      { cause },
    );
  }
  return {
    redirectUri: `http://${hostname}:${server.addr.port}${path}`,
    answer: promise,
    async [Symbol.asyncDispose](): Promise<void> {
      // The browser usually gets the page before that, but it must not keep the command from ending.
      const limit = Promise.withResolvers<void>();
      const timer = setTimeout(limit.resolve, CLOSING_LIMIT_MS);
      await Promise.race([server.shutdown(), limit.promise]);
      clearTimeout(timer);
    },
  };
}

function page(status: number, words: string): Response {
  const html = `<!DOCTYPE html>\n<html lang="en">\n<title>Pollux</title>\n<p>${words}</p>\n`;
  return new Response(html, { status, headers: HEADERS });
}
