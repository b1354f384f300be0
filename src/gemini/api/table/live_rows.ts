/**
 * The rows of Live sessions and their tokens.
 *
 * @see {@link https://ai.google.dev/api/live}
 * @module
 */
import type { MethodRow } from "../method_row.ts";
import { CREATE, READ } from "./row_bases.ts";

/** The resources that the setup of a session or of a token can name. */
const IN_SETUP = ["files", "cachedContents", "fileSearchStores", "voices"] as const;

/** A session; another account may only be tried until it is set up. */
const SESSION = {
  ...READ,
  prefix: "ws",
  response: "socket",
  routing: "model",
  names: IN_SETUP,
  makes: ["liveSessions"],
  usage: "usageMetadata",
} as const;

/** The rows, by the methods' names. */
export const LIVE_ROWS = {
  "bidiGenerateContent": {
    ...SESSION,
    path: "BidiGenerateContent",
    kinds: { "gemini-api": "live", "vertex": "live" },
    listedBy: "live",
  },
  /** The same with an ephemeral token, which selects the account that made it. */
  "bidiGenerateContentConstrained": {
    ...SESSION,
    path: "BidiGenerateContentConstrained",
    kinds: { "gemini-api": "live" },
    comesWith: "bidiGenerateContent",
  },
  "auth_tokens.create": {
    ...CREATE,
    path: "auth_tokens",
    kinds: { "gemini-api": "resource" },
    names: IN_SETUP,
    makes: ["auth_tokens"],
  },
} as const satisfies Readonly<Record<string, MethodRow>>;
