/**
 * The most tokens that a model writes. Vertex AI refuses a higher limit, which clients of other models send.
 *
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/models}
 * @module
 */
import { generationOf } from "./model_generation.ts";

/** Most tokens since Gemini 2.5, and before. */
const MOST = 65_535;
const MOST_BEFORE = 8192;

/**
 * A client's limit, lowered to what the model can write.
 *
 * @param tokens The limit that the client asks for; undefined if it asks for none.
 * @param model The model that is called. That of other families stays as it is.
 */
export function outputLimit(tokens: number | undefined, model: string): number | undefined {
  const generation = generationOf(model);
  if (tokens === undefined || generation === undefined) return tokens;
  return Math.min(tokens, generation < 2.5 ? MOST_BEFORE : MOST);
}
