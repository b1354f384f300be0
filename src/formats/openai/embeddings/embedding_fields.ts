/**
 * The fields of OpenAI's `POST embeddings`.
 *
 * @module
 */
import { type FieldRule, ignored, mapped } from "../../field_rule.ts";

/** The fields. */
export const EMBEDDING_FIELDS: readonly FieldRule[] = [
  mapped("model", "the model, after aliases"),
  mapped(
    "input",
    "a text, or up to 2,048 texts: `requests[].content`, 100 in a native call. " +
      "Tokens are refused: only OpenAI's models know their meaning",
  ),
  mapped("dimensions", "`outputDimensionality`"),
  mapped("encoding_format", "`float`, or `base64`: 32-bit floats, little-endian"),
  ignored("user", "Gemini has no such field"),
];
