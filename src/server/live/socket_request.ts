/**
 * Accepts WebSockets.
 *
 * @module
 */
import type { NativePath } from "../../gemini/api/native_path.ts";
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import { closeOfError } from "../../gemini/live/close.ts";

/** How long a client may send nothing, in seconds. Deno pings it after half of this time, and then closes with 1001. */
const IDLE_S = 60;

/** Whether a request asks for a WebSocket, at a path of WebSockets. */
export function asksForSocket({ headers }: Request, target: NativePath | undefined): boolean {
  return target?.prefix === "ws" && hasToken(headers.get("upgrade"), "websocket") &&
    hasToken(headers.get("connection"), "upgrade") && headers.has("sec-websocket-key");
}

/** Whether a header lists a token; Deno refuses requests without these. */
function hasToken(list: string | null, token: string): boolean {
  return list?.toLowerCase().split(",").some((item) => item.trim() === token) ?? false;
}

/** Accepts a WebSocket. From then on nothing may be read of the request: Deno 2.9 throws. */
export function acceptSocket(request: Request): { socket: WebSocket; response: Response } {
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: IDLE_S });
  socket.binaryType = "arraybuffer";
  return { socket, response };
}

/**
 * Refuses a WebSocket with an error: accepts it and closes it at once, since @google/genai 2.x waits for ever if the
 * upgrade itself is refused.
 */
export function refuseSocket(request: Request, error: RpcError): Response {
  const { socket, response } = acceptSocket(request);
  const { code, reason } = closeOfError(error);
  socket.onopen = () => socket.close(code, reason);
  // The client may be gone.
  socket.onerror = (event) => event.preventDefault();
  return response;
}
