/**
 * A Live server that does as a test says, for what Google's emulator does not do.
 *
 * @module
 */
import { OwnPath, strayResponse } from "./own_path.ts";

/** One session, as the server sees it. */
export interface ServedSession {
  /** The path and query of its request, without the server's own prefix. */
  readonly target: string;
  readonly headers: Headers;
  readonly socket: WebSocket;
  /** Every message of the client so far. */
  readonly frames: (string | Uint8Array<ArrayBuffer>)[];
  /** How the client closed it; resolves when it is closed. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** A running server. */
export interface LiveServer extends AsyncDisposable {
  /** For an account's base URL. */
  readonly url: string;
  readonly port: number;
  readonly sessions: readonly ServedSession[];
}

/** What a server does. */
export interface LiveServerOptions {
  /** Refuses the request; undefined accepts it. */
  readonly refuse?: (headers: Headers) => Response | undefined;
  /** Responds to a message. Default: confirms the first, and returns the others. */
  readonly onFrame?: (session: ServedSession, frame: string | Uint8Array<ArrayBuffer>) => void;
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Confirms the setup, and returns every other message. */
export function echo(
  { socket, frames }: ServedSession,
  frame: string | Uint8Array<ArrayBuffer>,
): void {
  socket.send(frames.length === 1 ? '{"setupComplete":{}}' : frame);
}

/** Starts a server. */
export function startLiveServer(options: LiveServerOptions = {}): LiveServer {
  const { refuse = () => undefined, onFrame = echo, tls = {} } = options;
  const path = new OwnPath();
  const sessions: ServedSession[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {}, ...tls },
    (request) => {
      const { origin } = new URL(request.url);
      const target = path.rest(request.url.slice(origin.length));
      if (target === undefined) return strayResponse();
      const headers = new Headers(request.headers);
      const refusal = refuse(headers);
      if (refusal !== undefined) return refusal;
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.binaryType = "arraybuffer";
      const { promise: closed, resolve } = Promise.withResolvers<
        { code: number; reason: string }
      >();
      const session: ServedSession = { target, headers, socket, frames: [], closed };
      sessions.push(session);
      socket.onmessage = ({ data }) => {
        const frame = typeof data === "string" ? data : new Uint8Array(data);
        session.frames.push(frame);
        onFrame(session, frame);
      };
      socket.onerror = (event) => event.preventDefault();
      socket.onclose = ({ code, reason }) => resolve({ code, reason });
      return response;
    },
  );
  const scheme = "cert" in tls ? "https" : "http";
  return {
    url: `${scheme}://127.0.0.1:${server.addr.port}${path.prefix}`,
    port: server.addr.port,
    sessions,
    async [Symbol.asyncDispose]() {
      for (const { socket, closed } of sessions) {
        socket.close();
        await closed;
      }
      await server.shutdown();
    },
  };
}
