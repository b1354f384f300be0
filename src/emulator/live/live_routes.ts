/**
 * The paths of Live sessions and ephemeral tokens.
 *
 * @see {@link https://ai.google.dev/api/live}
 * @module
 */
import type { RouteRow } from "../route_row.ts";

const NATIVE = "generativelanguage.googleapis.com";
const VERTEX = "aiplatform.googleapis.com";

/** JavaScript's client doubles the slash, and Google accepts that. */
const NATIVE_SERVICE = "//?ws/google\\.ai\\.generativelanguage\\.{native}\\.GenerativeService";
const VERTEX_SERVICE = "//?ws/google\\.cloud\\.aiplatform\\.{vertex}\\.LlmBidiService";

/** All of them. */
export const LIVE_ROUTES: readonly RouteRow[] = [
  {
    service: NATIVE,
    verb: "GET",
    path: `${NATIVE_SERVICE}\\.BidiGenerateContent`,
    method: "bidiGenerateContent",
  },
  {
    service: NATIVE,
    verb: "GET",
    path: `${NATIVE_SERVICE}\\.BidiGenerateContentConstrained`,
    method: "bidiGenerateContentConstrained",
    query: ["access_token"],
  },
  {
    service: VERTEX,
    verb: "GET",
    path: `${VERTEX_SERVICE}/BidiGenerateContent`,
    method: "bidiGenerateContent",
    rpc: "LlmBidiService.BidiGenerateContent",
  },
  {
    service: NATIVE,
    verb: "POST",
    path: "/(?<version>v1alpha)/auth_tokens",
    method: "auth_tokens.create",
    rpc: "AuthTokenService.CreateToken",
  },
];
