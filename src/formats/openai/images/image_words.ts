/**
 * Gemini's words for the shape of an image.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/image-generation#aspect_ratios}
 * @module
 */

/** Gemini's aspect ratios, in the order in which the nearest is looked for. */
export const ASPECT_RATIOS = [
  "21:9",
  "16:9",
  "4:3",
  "3:4",
  "9:16",
  "3:2",
  "2:3",
  "5:4",
  "4:5",
  "1:1",
] as const;

/** One of them. */
export type AspectRatio = typeof ASPECT_RATIOS[number];

/** Gemini's sizes of an image; not every model has the first and the last. */
export const IMAGE_SIZES = ["512", "1K", "2K", "4K"] as const;

/** One of them. */
export type ImageSize = typeof IMAGE_SIZES[number];
