/**
 * Suffixes of the names of image models, for clients that can set nothing but the model:
 * `gemini-3-pro-image-16x9-4k`.
 *
 * @module
 */
import { ASPECT_RATIOS, type AspectRatio, type ImageSize } from "./image_words.ts";

/** What the suffixes of a name say. */
export interface ModelSuffixes {
  readonly aspectRatio?: AspectRatio;
  readonly imageSize?: ImageSize;
}

/** The sizes by suffix. */
export const SIZE_SUFFIXES: Readonly<Record<string, ImageSize>> = {
  "-2k": "2K",
  "-4k": "4K",
  "-hd": "4K",
};

/** The ratios by suffix: `-16x9` and `-16-9`. */
export const RATIO_SUFFIXES: Readonly<Record<string, AspectRatio>> = Object.fromEntries(
  ASPECT_RATIOS.flatMap((ratio) => {
    const [across, up] = ratio.split(":");
    return [[`-${across}x${up}`, ratio], [`-${across}-${up}`, ratio]];
  }),
);

/** The name of a model without its suffixes, at most one of each kind, and what they say. */
export function withoutSuffixes(name: string): { readonly name: string } & ModelSuffixes {
  let found: { name: string } & ModelSuffixes = { name };
  // The kinds may come in either order.
  for (let turn = 0; turn < 2; turn++) {
    if (found.imageSize === undefined) {
      const cut = cutSuffix(found.name, SIZE_SUFFIXES);
      if (cut !== undefined) found = { ...found, name: cut.name, imageSize: cut.value };
    }
    if (found.aspectRatio === undefined) {
      const cut = cutSuffix(found.name, RATIO_SUFFIXES);
      if (cut !== undefined) found = { ...found, name: cut.name, aspectRatio: cut.value };
    }
  }
  return found;
}

function cutSuffix<Value>(
  name: string,
  suffixes: Readonly<Record<string, Value>>,
): { readonly name: string; readonly value: Value } | undefined {
  const lower = name.toLowerCase();
  for (const [suffix, value] of Object.entries(suffixes)) {
    if (lower.endsWith(suffix)) return { name: name.slice(0, -suffix.length), value };
  }
  return undefined;
}
