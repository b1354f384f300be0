/**
 * The paths of the endpoint for OpenAI's clients.
 *
 * @module
 */
import type { RouteRow } from "../route_row.ts";

const service = "generativelanguage.googleapis.com";

/** The endpoint is in one version only. */
const BASE = "/(?<version>v1beta)/openai";

/** What begins the names of its methods, in scripts. */
const NAMES = "openai.";

/** The rows. */
export const OPENAI_ROUTES: readonly RouteRow[] = [
  "chat/completions",
  "embeddings",
  "images/generations",
].map((path) => ({
  service,
  verb: "POST",
  path: `${BASE}/${path}`,
  method: NAMES + path.replace("/", "."),
}));

/** Whether a method belongs to the endpoint, which takes API keys as bearer tokens. */
export function isOpenAi(method: string): boolean {
  return method.startsWith(NAMES);
}
