/**
 * Creates the upstream of a `gemini-api` account.
 *
 * @module
 */
import type { Upstream } from "../upstream.ts";
import { misfit, type UpstreamParts } from "../upstream_factory.ts";
import { GeminiApi } from "./gemini_api.ts";

/**
 * The Gemini API with the account's API key.
 *
 * @throws {TypeError} When the account has another credential.
 */
export function geminiApiOf({ account, clock, outbound }: UpstreamParts): Upstream {
  const { baseUrls, credential } = account;
  if (credential.type !== "api_key") throw misfit(account, `has no ${credential.type}`);
  return new GeminiApi({ baseUrls, key: credential.key, clock, outbound });
}
