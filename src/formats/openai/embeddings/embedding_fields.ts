/**
 * The fields of OpenAI's `POST embeddings`.
 *
 * @module
 */
import type { FieldRule } from "../../operation.ts";

/** The fields. */
export const EMBEDDING_FIELDS: readonly FieldRule[] = [
  { name: "model", treatment: "mapped", note: "the model, after aliases" },
  {
    name: "input",
    treatment: "mapped",
    note: "a text, or up to 2,048 texts: `requests[].content`, 100 in a native call. " +
      "Tokens are refused: only OpenAI's models know their meaning",
  },
  { name: "dimensions", treatment: "mapped", note: "`outputDimensionality`" },
  {
    name: "encoding_format",
    treatment: "mapped",
    note: "`float`, or `base64`: 32-bit floats, little-endian",
  },
  { name: "user", treatment: "ignored", note: "Gemini has no such field" },
];
