/**
 * The default account of a user who added none, but has a Gemini API key in the environment variables of
 * Google's SDKs.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/api-key}
 * @module
 */
import type { WallClock } from "../base/clock.ts";
import type { Account } from "./account.ts";
import { defaultBaseUrl } from "./base_url.ts";
import { Secret } from "./secret.ts";

const VARIABLES = ["GEMINI_API_KEY", "GOOGLE_API_KEY"] as const;

/** Options of {@linkcode defaultAccount}. */
export interface DefaultAccountOptions {
  /** Reads a variable of the environment. */
  readonly env: (name: string) => string | undefined;
  readonly clock: WallClock;
}

/**
 * The account "env", which exists in memory only.
 *
 * @returns Undefined if neither variable contains a key.
 */
export function defaultAccount(options: DefaultAccountOptions): Account | undefined {
  for (const variable of VARIABLES) {
    const key = options.env(variable)?.trim();
    if (!key) continue;
    return {
      id: "env",
      name: "env",
      kind: "gemini-api",
      enabled: true,
      baseUrls: [defaultBaseUrl({ kind: "gemini-api" })],
      createdAt: new Date(options.clock.now()).toISOString(),
      credential: { type: "api_key", key: new Secret(key) },
    };
  }
  return undefined;
}
