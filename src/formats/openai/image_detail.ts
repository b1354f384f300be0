/**
 * The level of detail in which a model sees an image.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/media-resolution}
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { isGemini3 } from "../shared/request/model_generation.ts";

/** The levels that OpenAI names; others are left to Google. */
const LEVELS: ReadonlyMap<unknown, string> = new Map([
  ["low", "MEDIA_RESOLUTION_LOW"],
  ["high", "MEDIA_RESOLUTION_HIGH"],
]);

/** The part of an image with a client's `detail`, which models before Gemini 3 do not take for each part. */
export function withDetail(
  part: JsonObject,
  { detail, model }: { readonly detail: unknown; readonly model: string },
): JsonObject {
  const level = isGemini3(model) ? LEVELS.get(detail) : undefined;
  return level === undefined ? part : { ...part, mediaResolution: { level } };
}
