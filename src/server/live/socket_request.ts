/**
 * Accepts WebSockets.
 *
 * @module
 */
import type { OpenSockets } from "../../base/open_sockets.ts";
import type { NativePath } from "../../gemini/api/native_path.ts";
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import { closeOfError } from "../../gemini/live/close.ts";

/** How long a client may send nothing, in seconds. Deno pings it after half of this time, and then closes with 1001. */
const IDLE_S = 60;

/** Most refused clients that have not answered the close yet. */
const MOST_CLOSING = 8;

/** Whether a request asks for a WebSocket, at a path of WebSockets. */
export function asksForSocket({ headers }: Request, target: NativePath | undefined): boolean {
  return target?.prefix === "ws" && hasToken(headers.get("upgrade"), "websocket") &&
    hasToken(headers.get("connection"), "upgrade") && headers.has("sec-websocket-key");
}

/** Whether a header lists a token; Deno refuses requests without these. */
function hasToken(list: string | null, token: string): boolean {
  return list?.toLowerCase().split(",").some((item) => item.trim() === token) ?? false;
}

/**
 * Accepts a WebSocket. From then on nothing may be read of the request: Deno 2.9 throws.
 *
 * @param by `headers`: further headers of the response. `sockets`: gets the socket.
 */
export function acceptSocket(
  request: Request,
  by: { readonly headers: Readonly<Record<string, string>>; readonly sockets: OpenSockets },
): { socket: WebSocket; response: Response } {
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: IDLE_S });
  for (const [name, value] of Object.entries(by.headers)) response.headers.set(name, value);
  socket.binaryType = "arraybuffer";
  by.sockets.add(socket);
  return { socket, response };
}

/**
 * Refuses WebSockets with an error: accepts and closes them at once, since @google/genai 2.x waits for ever if the
 * upgrade itself is refused.
 */
export class RefusedSockets {
  readonly #closing = new Set<WebSocket>();
  readonly #sockets: OpenSockets;

  /** @param sockets Gets the sockets. */
  constructor(sockets: OpenSockets) {
    this.#sockets = sockets;
  }

  /**
   * The response that refuses a WebSocket. Undefined if too many clients have not answered the close yet: Deno keeps
   * their connections, each with up to 64 MiB of an incomplete message, although they may have no key.
   *
   * @param refusal `headers`: further headers of the response.
   */
  refuse(
    request: Request,
    { error, headers }: {
      readonly error: RpcError;
      readonly headers: Readonly<Record<string, string>>;
    },
  ): Response | undefined {
    if (this.#closing.size >= MOST_CLOSING) return undefined;
    const { socket, response } = acceptSocket(request, { headers, sockets: this.#sockets });
    this.#closing.add(socket);
    const { code, reason } = closeOfError(error);
    socket.onopen = () => socket.close(code, reason);
    socket.onclose = () => this.#closing.delete(socket);
    // The client may be gone.
    socket.onerror = (event) => event.preventDefault();
    return response;
  }
}
