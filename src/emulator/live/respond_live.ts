/**
 * Opens Live sessions: upgrades the connection, or refuses to.
 *
 * @see {@link https://ai.google.dev/api/live}
 * @module
 */
import { frontEndPage } from "../http/front_end_page.ts";
import type { GoogleError } from "../google_errors.ts";
import { closeFor } from "./live_close.ts";
import { LiveSession } from "./live_session.ts";
import type { LiveSockets } from "./live_sockets.ts";
import { respondAsScripted } from "../script/scripted_response.ts";
import { faultContext, type ServiceCall, spendCredentials } from "../models/model_call.ts";
import { responseForm, type Route } from "../route.ts";
import { tokenNameOf } from "./auth_tokens.ts";

/** Whether a route is that of Live sessions. */
export function isLive(route: Route): boolean {
  return route.method.startsWith("bidiGenerateContent");
}

/** Handles a request to open a session. */
export async function respondLive(call: ServiceCall): Promise<Response> {
  const { account, exchange, request, query, route, stored } = call;
  if (!isUpgrade(request)) return frontEndPage(404);
  const outcome = account.take({ method: "bidiGenerateContent.connect" });
  if (outcome.type === "hang") await exchange.hang();
  else if (outcome.type !== "ok") {
    spendCredentials(outcome, call);
    const [form, context] = [responseForm(route, query), faultContext(call, "")];
    return respondAsScripted(outcome, { form, context, exchange, make: () => [{}] });
  }
  if (request.signal.aborted) return new Response(null, { status: 499 });
  const isConstrained = route.method === "bidiGenerateContentConstrained";
  const name = isConstrained ? tokenNameOf(request, query) ?? "" : "";
  const { socket, response } = accept(request, stored.live);
  new LiveSession(socket, { call, token: stored.live.tokens.find(name) });
  return response;
}

/**
 * Refuses a session as the Gemini API does: the connection becomes a socket, which is closed as soon as
 * the client has sent its setup.
 */
export function refuseLive(
  error: GoogleError,
  { request, live }: { readonly request: Request; readonly live: LiveSockets },
): Response {
  if (!isUpgrade(request)) return frontEndPage(404);
  const { code, reason } = closeFor(error.toJSON());
  const { socket, response } = accept(request, live);
  socket.onmessage = () => socket.close(code, reason);
  return response;
}

function accept(request: Request, { sockets }: LiveSockets): Deno.WebSocketUpgrade {
  const upgrade = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  sockets.add(upgrade.socket);
  return upgrade;
}

function isUpgrade(request: Request): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}
