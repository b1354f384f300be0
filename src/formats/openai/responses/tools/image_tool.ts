/**
 * OpenAI's tool for images: Gemini's image models make images as a part of their output.
 *
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import { invalidField } from "../../../shared/fields/invalid_field.ts";

/** The aspect ratios of OpenAI's sizes. */
const RATIOS: ReadonlyMap<unknown, string> = new Map([
  ["1024x1024", "1:1"],
  ["1536x1024", "3:2"],
  ["1024x1536", "2:3"],
]);

/** Options without which an image would not be what the client asked for. */
const REFUSED = ["input_image_mask", "svg"] as const;

/**
 * The native `imageConfig`; empty if the model decides.
 *
 * @param field Where the tool stands, for errors.
 */
export function imageConfigOf(tool: JsonObject, field: string): JsonObject {
  for (const name of REFUSED) {
    if (tool[name] === undefined || tool[name] === null) continue;
    throw invalidField(
      `${field}.${name}`,
      `Cannot use "${field}.${name}": Gemini has no such option`,
    );
  }
  const { size } = tool;
  if (size === undefined || size === null || size === "auto") return {};
  const aspectRatio = RATIOS.get(size);
  if (aspectRatio !== undefined) return { aspectRatio };
  const known = [...RATIOS.keys()].join(", ");
  throw invalidField(`${field}.size`, `"${field}.size" has to be auto or one of ${known}`);
}
