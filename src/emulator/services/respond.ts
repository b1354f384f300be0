/**
 * The services, by their host.
 *
 * @module
 */
import { errorResponse } from "../script/scripted_response.ts";
import type { GoogleError, Service } from "../google_errors.ts";
import type { LiveSockets } from "../live/live_sockets.ts";
import { isLive, refuseLive } from "../live/respond_live.ts";
import type { ServiceCall } from "../models/model_call.ts";
import { respondAiPlatform } from "./ai_platform.ts";
import { respondCodeAssist } from "./code_assist.ts";
import { respondGenerativeLanguage } from "./generative_language.ts";
import { responseForm, type Route } from "../route.ts";

const SERVICES: Readonly<Record<Service, (call: ServiceCall) => Promise<Response>>> = {
  "generativelanguage.googleapis.com": respondGenerativeLanguage,
  "aiplatform.googleapis.com": respondAiPlatform,
  "cloudcode-pa.googleapis.com": respondCodeAssist,
};

/**
 * Handles a call to any service.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respond(call: ServiceCall): Promise<Response> {
  return SERVICES[call.route.service](call);
}

/** Returns the response for a refused call. */
export function refuse(
  error: GoogleError,
  call: {
    readonly route: Route;
    readonly query: URLSearchParams;
    readonly request: Request;
    readonly live: LiveSockets;
  },
): Response {
  const { route, query, request, live } = call;
  return isLive(route) && route.service === "generativelanguage.googleapis.com"
    ? refuseLive(error, { request, live })
    : errorResponse(error, responseForm(route, query));
}
