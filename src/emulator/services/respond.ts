/**
 * The services, by their host.
 *
 * @module
 */
import type { Service } from "../google_errors.ts";
import type { ServiceCall } from "../models/model_call.ts";
import { respondAiPlatform } from "./ai_platform.ts";
import { respondCodeAssist } from "./code_assist.ts";
import { respondGenerativeLanguage } from "./generative_language.ts";

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
