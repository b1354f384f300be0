/**
 * The rows of the Gemini API's own endpoint for OpenAI's clients. Calls reach it only with `openai.passthrough`;
 * otherwise the gateway translates them.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/openai}
 * @module
 */
import type { MethodRow } from "../method_row.ts";
import { CALL } from "./row_bases.ts";

const ROW = {
  ...CALL,
  kinds: { "gemini-api": "openai" },
  // The request says whether the response is a stream.
  response: "events",
  usage: "interaction",
  names: ["cachedContents", "files"],
} as const;

/** The rows, by OpenAI's names of the methods. */
export const OPENAI_ROWS = {
  "openai.chat.completions": {
    ...ROW,
    path: "openai/chat/completions",
    comesWith: "generateContent",
  },
  "openai.embeddings": { ...ROW, path: "openai/embeddings", comesWith: "embedContent" },
  "openai.images.generations": { ...ROW, path: "openai/images/generations" },
} as const satisfies Readonly<Record<string, MethodRow>>;
