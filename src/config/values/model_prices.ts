/**
 * Prices of models in a configuration, as `Rates` of src/usage has them.
 *
 * @module
 */
import * as z from "zod";
import { yamlText } from "./value_types.ts";

const NO_MAP = "must be a map, as in {gemini-x: {input: 1, output: 4}}";

const dollars = z.number("must be a price in US dollars").nonnegative();

/** Besides `input` and `output`, which a model needs. */
const further = {
  cached_input: z.exactOptional(dollars),
  thought: z.exactOptional(dollars),
  audio_input: z.exactOptional(dollars),
  image_input: z.exactOptional(dollars),
  video_input: z.exactOptional(dollars),
  cached_audio_input: z.exactOptional(dollars),
  image_output: z.exactOptional(dollars),
  audio_output: z.exactOptional(dollars),
  video_output: z.exactOptional(dollars),
  per_request: z.exactOptional(dollars),
};

/** Prices per million tokens by model; `*` in a model matches any characters. */
export const modelPrices = yamlText(
  z.record(
    z.string(),
    z.strictObject({
      input: dollars,
      output: dollars,
      ...further,
      batch: z.exactOptional(z.number("must be a batch's share, as in 0.5").nonnegative()),
      above: z.exactOptional(z.strictObject({
        tokens: z.int().positive(),
        input: z.exactOptional(dollars),
        output: z.exactOptional(dollars),
        ...further,
      })),
    }),
    NO_MAP,
  ),
  NO_MAP,
);
