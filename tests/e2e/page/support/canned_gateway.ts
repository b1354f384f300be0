/**
 * A server that serves the page with responses made beforehand: for what the page looks like with much in it, and for
 * states that no gateway can be brought into at will.
 *
 * @module
 */
import { pageFile } from "../../../../src/ui/page_source.ts";
import { CANNED } from "./canned.ts";

/** The key that signs in. */
export const CANNED_KEY = "planted-canned-admin-key";

const TOKEN = "planted-canned-token";

/** As the gateway's own page has it. */
const HEADERS = {
  "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; " +
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  "cache-control": "no-store",
};

/** The server. */
export interface CannedGateway extends AsyncDisposable {
  readonly url: string;
  /** Sends an event to every page. */
  emit(event: string, data: unknown): void;
  /** What the pages sent: `POST /admin/v1/accounts` and the body. */
  readonly sent: readonly { readonly line: string; readonly body: unknown }[];
  /** The response to a path, in place of the canned one, or a function that makes it of the query. */
  respond(path: string, response: unknown): void;
  /** Forgets the session. */
  endSession(): void;
}

/** Starts one. */
export function startCannedGateway(): CannedGateway {
  const responses = new Map<string, unknown>(Object.entries(CANNED()));
  const sent: { line: string; body: unknown }[] = [];
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  let hasSession = false;

  async function handle(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/ui/session") return await handleSession(request);
    if (pathname.startsWith("/ui/")) {
      const file = pageFile(pathname.slice("/ui/".length));
      if (file === undefined) return new Response("Not found", { status: 404 });
      return new Response(file.text, { headers: { ...HEADERS, "content-type": file.type } });
    }
    if (!hasSession) return refused();
    if (pathname === "/admin/v1/events") return events();
    const body = request.method === "GET" ? undefined : await request.json().catch(() => undefined);
    if (request.method !== "GET") sent.push({ line: `${request.method} ${pathname}`, body });
    const path = pathname.slice("/admin/v1/".length);
    const found = responses.get(`${request.method} ${path}`) ?? responses.get(path);
    const response = typeof found === "function" ? found(searchParams) : found;
    return response === undefined
      ? Response.json({ error: { code: 404, message: `No "${path}"`, status: "NOT_FOUND" } }, {
        status: 404,
      })
      : Response.json(response);
  }

  async function handleSession(request: Request): Promise<Response> {
    if (request.method === "POST") {
      const { key, code } = await request.json();
      if (key !== CANNED_KEY && code !== CANNED_KEY) return refused();
      hasSession = true;
    }
    if (request.method === "DELETE") {
      hasSession = false;
      return new Response(null, { status: 204 });
    }
    return hasSession
      ? Response.json({ token: TOKEN, expiresAt: "2030-01-01T00:00:00Z" })
      : refused();
  }

  function events(): Response {
    let own: ReadableStreamDefaultController<Uint8Array>;
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        own = controller;
        streams.add(controller);
        controller.enqueue(new TextEncoder().encode(": hello\n\n"));
      },
      cancel: () => void streams.delete(own),
    });
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handle);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    emit(event, data) {
      const bytes = new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      for (const stream of streams) stream.enqueue(bytes);
    },
    sent,
    respond: (path, response) => void responses.set(path, response),
    endSession() {
      hasSession = false;
      for (const stream of streams) stream.close();
      streams.clear();
    },
    async [Symbol.asyncDispose]() {
      for (const stream of streams) stream.close();
      streams.clear();
      await server.shutdown();
    },
  };
}

function refused(): Response {
  const message = 'The admin key is missing or wrong. Run "pollux ui" to sign in';
  return Response.json({ error: { code: 401, message, status: "UNAUTHENTICATED" } }, {
    status: 401,
  });
}
