/**
 * OpenAI's `POST images/variations`, which Gemini has not.
 *
 * @module
 */
import type { FormBody } from "../../form/form_body.ts";
import { refused } from "../../field_rule.ts";
import type { Operation } from "../../operation.ts";
import { invalidField } from "../../shared/fields/invalid_field.ts";

/** Refuses every request, and says what to do. */
export const IMAGE_VARIATIONS: Operation<FormBody> = {
  name: "openai.image_variations",
  fields: [
    refused("image", "use `images/edits`, with a prompt"),
  ],
  read: () => {
    throw invalidField(
      "image",
      "Gemini makes no variations without a prompt: send the image to images/edits, and say in " +
        '"prompt" how the variation is to differ',
    );
  },
};
